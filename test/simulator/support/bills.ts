/** A merchant that applies for bills and loads them, and the product's own reader of them. */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { readFundFlowBill } from '#shared/bills/fund-flow-bill.ts'
import type { FundFlowBill, FundFlowRow } from '#shared/bills/fund-flow-bill.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import type { TradeBill } from '#shared/bills/trade-bill.ts'
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, newNumber, paidOrder, refundBody } from './merchant.ts'
import type { Answer } from './merchant.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEIJING = 8 * HOUR

export interface Announcement {
  readonly hash_type: string
  readonly hash_value: string
  readonly download_url: string
}

export interface LoadedBill {
  readonly announced: Announcement
  readonly type: string | undefined
  readonly signed: boolean
  /** As it came. */
  readonly bytes: Buffer
  /** Unpacked where it was packed; undefined where that fails. */
  readonly text: string | undefined
}

export interface BillingMerchant {
  apply(kind: 'tradebill' | 'fundflowbill', query: string): Promise<Answer>
  load(announced: Announcement): Promise<Answer>
  bill(kind: 'tradebill' | 'fundflowbill', query: string): Promise<LoadedBill>
}

export function createBillingMerchant(simulator: Simulator): BillingMerchant {
  const merchant = createMerchant(simulator)
  const own: BillingMerchant = {
    apply: (kind, query) => merchant.get(`/v3/bill/${kind}?${query}`),
    load: ({ download_url: url }) => merchant.get(url.slice(new URL(url).origin.length), { isFile: true }),
    async bill(kind, query) {
      const announced = JSON.parse((await own.apply(kind, query)).body.toString('utf8')) as Announcement
      const { headers, body: bytes } = await own.load(announced)
      return {
        announced,
        type: headers['content-type'],
        signed: Object.keys(headers).some((name) => name.startsWith('wechatpay-')),
        bytes,
        text: unpacked(bytes),
      }
    },
  }
  return own
}

function unpacked(bytes: Buffer): string | undefined {
  if (bytes[0] !== 0x1f) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch {
    return undefined
  }
}

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

/** Jumps to the next hour of a Beijing day. @returns the date that it is then. */
export async function atHour(simulator: Simulator, hour: number): Promise<string> {
  const time = async (): Promise<number> => {
    const answer = await fetch(`${simulator.controlUrl}/_control/time`)
    return ((await answer.json()) as { now: number }).now
  }
  const sinceMidnight = ((await time()) + BEIJING) % DAY
  await simulator.advance((hour * HOUR - sinceMidnight + DAY) % DAY)
  return new Date((await time()) + BEIJING).toISOString().slice(0, 10)
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text)
}

export async function readTrade(text: string): Promise<{ bill: TradeBill; rows: TradeRow[] }> {
  const rows: TradeRow[] = []
  return { bill: await readTradeBill(bytesOf(text), (row) => void rows.push(row)), rows }
}

export async function readFunds(text: string): Promise<{ bill: FundFlowBill; rows: FundFlowRow[] }> {
  const rows: FundFlowRow[] = []
  return { bill: await readFundFlowBill(bytesOf(text), (row) => void rows.push(row)), rows }
}

export const SUB_MCHID = '1900000109'

/**
 * A day with two payments of 100 fen, a refund of 30 that is closed, and a payment of 7000 to a sub-merchant; it ends at ten of the
 * next one. @returns its date.
 */
export async function businessDay(simulator: Simulator): Promise<string> {
  const merchant = createMerchant(simulator)
  const date = await atHour(simulator, 12)
  await paidOrder(simulator)
  const number = await paidOrder(simulator)
  const out_trade_no = newNumber()
  const terms = { description: '茶', notify_url: 'http://127.0.0.1:1/', amount: { total: 7000 } }
  const parties = { sp_appid: APPID, sp_mchid: MCHID, sub_mchid: SUB_MCHID }
  await merchant.post('/v3/pay/partner/transactions/native', { ...parties, ...terms, out_trade_no })
  await simulator.control.pay({ out_trade_no })
  await atHour(simulator, 13)
  const refund = refundBody(number, { out_refund_no: 'R-1', reason: '缺货' })
  await merchant.post('/v3/refund/domestic/refunds', refund)
  await atHour(simulator, 14)
  await simulator.control.finishRefund('R-1', 'CLOSED')
  await atHour(simulator, 10)
  return date
}

/** The day that is so many days later. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10)
}
