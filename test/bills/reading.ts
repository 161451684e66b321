/** Reads a trade bill to its end, and keeps its rows. */
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import { inChunks } from './sample-bill.ts'

export async function readTrade(text: string | Uint8Array, chunkSize?: number) {
  const rows: TradeRow[] = []
  const bill = await readTradeBill(inChunks(text, chunkSize), (row) => void rows.push(row))
  return { bill, rows }
}
