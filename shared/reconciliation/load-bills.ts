/** Loads the bills of a day one after the other, each checked to its last byte, and none of them kept. */
import { BillError } from '#shared/bills/bill-error.ts'
import { readFundFlowBill } from '#shared/bills/fund-flow-bill.ts'
import { openBill } from '#shared/bills/open-bill.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import type { BillLayout } from '#shared/bills/bill-layout.ts'
import type { BillChannel, BillFile, BillKind } from '#shared/orders/bill-channel.ts'
import { refundPointerKey } from '#shared/orders/order-key.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { createFingerprints } from './fingerprints.ts'
import type { Fingerprints } from './fingerprints.ts'
import { readBill, REFUND_CONTENT } from './read-bill.ts'
import type { BillReading, ReadingDeps, ReadingOptions, ReadRows } from './read-bill.ts'
import type { BillSummary, FundFlow } from './report.ts'

/** A day of ten million rows, and more than any merchant has. */
const MAX_BYTES = 4 * 1024 ** 3

export interface LoadDeps extends ReadingDeps {
  readonly bills: BillChannel
}

interface DayOf {
  readonly day: string
  readonly call: CallOptions
}

export type Loaded<Read> =
  | { readonly summary: BillSummary; readonly read?: Read }
  /** WeChat has not made it yet. */
  | 'creating'

interface Reading<Read> extends DayOf {
  readonly kind: BillKind
  readonly read: (file: BillFile) => Promise<Read>
}

async function load<Read extends { readonly rows: number; readonly layout?: BillLayout }>(
  { bills }: LoadDeps,
  { kind, day, call, read }: Reading<Read>,
): Promise<Loaded<Read>> {
  const bill = await bills.dayBill(kind, day, call)
  if (bill.state === 'creating') return 'creating'
  if (bill.state !== 'ready') return { summary: { state: bill.state } }
  const { sha1 } = bill.file
  const told = await read(bill.file)
  const layout = told.layout === undefined ? {} : { layout: told.layout }
  return { read: told, summary: { state: 'read', rows: told.rows, sha1, ...layout } }
}

function opened({ sha1, chunks }: BillFile): AsyncIterable<Uint8Array> {
  return openBill(chunks, { sha1, maxBytes: MAX_BYTES })
}

/** Of the form of the channel; WeChat's is the default. */
function rowsOf({ bills: { readTrade } }: LoadDeps, file: BillFile): ReadRows {
  return (take) => (readTrade === undefined ? readTradeBill(opened(file), take) : readTrade(file, take))
}

/** @throws BillError, ChannelError */
export function loadTrade(
  deps: LoadDeps,
  { day, call }: DayOf,
  optionsFor: (sha1: string) => ReadingOptions,
): Promise<Loaded<BillReading>> {
  return load(deps, {
    kind: 'trade',
    day,
    call,
    read: (file) => readBill(deps, rowsOf(deps, file), optionsFor(file.sha1)),
  })
}

/** Its columns are documented nowhere: a form that nobody knows is told, and stops nothing. */
export async function loadRecharge(
  deps: LoadDeps,
  { day, call }: DayOf,
  options: ReadingOptions,
): Promise<Loaded<BillReading>> {
  try {
    const read = (file: BillFile) => readBill(deps, rowsOf(deps, file), options)
    return await load(deps, { kind: 'recharge_refund', day, call, read })
  } catch (error) {
    if (!(error instanceof BillError) || error.problem !== 'unknown_layout') throw error
    return { summary: { state: 'unreadable', problem: error.message } }
  }
}

export interface FundReading extends FundFlow {
  readonly rows: number
  /** Refunds for which money left the account, by the keys of their pointers. */
  readonly refunds: Fingerprints
}

export function loadFunds(deps: LoadDeps, { day, call }: DayOf): Promise<Loaded<FundReading>> {
  return load(deps, {
    kind: 'fund_flow',
    day,
    call,
    read: async (file) => {
      const refunds = createFingerprints()
      const bill = await readFundFlowBill(opened(file), ({ business_name, direction, voucher }) => {
        if (business_name === '退款' && direction === 'out' && voucher !== undefined)
          refunds.expect(refundPointerKey(deps.mchid, voucher), REFUND_CONTENT)
      })
      return { ...bill, refunds }
    },
  })
}
