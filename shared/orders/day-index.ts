/**
 * What we have of a day, in the words of WeChat's bill of it: paid orders by the day on which they were paid, unpaid ones, from
 * their first look on, by that on which they were placed, refunds by that on which they were asked for. An order of an earlier
 * release is not in it until it is written again; whoever compares reads such an order by its number.
 */
import { providerOf } from '#shared/facts/account.ts'
import { accountIn } from './order-key.ts'
import { beijingDay } from '#shared/beijing-day.ts'
import { firstLookAt } from '#shared/ledger/look-plan.ts'
import type { Fen } from '#shared/money.ts'
import { isUnpaid } from './order.ts'
import type { Order } from './order.ts'

/** A day is spread over so many partitions. */
export const DAY_SHARDS = 16

export interface DayEntry {
  /** Of an order, or of the pointer of a refund number. */
  readonly key: string
  /** What the bill has to say of the payment; absent where no bill can say it yet. */
  readonly billed?: string
}

/** Port: lists what we have of a day, page by page. May lag behind writes. */
export interface DayIndex {
  list(day: string): AsyncIterable<readonly DayEntry[]>
}

/** What a bill and our books have to agree on. */
export function billedAs(transactionId: string, total: Fen): string {
  return `${transactionId}#${total}`
}

/** Whether it waits for its first look: most orders are paid before it, and the index has an unpaid one from that look on. */
export function awaitsFirstLook(order: Order): boolean {
  const { next_check_at: planned, created_at, books } = order
  return isUnpaid(order) && planned !== undefined && planned <= firstLookAt({ created_at, ours: books.ours })
}

/** The day of an order and what its bill has to say; undefined for one that no bill is expected to know. */
export function dayOf(order: Order): { readonly day: string; readonly billed?: string } | undefined {
  const { transaction_id, success_time, amount } = order
  if (isUnpaid(order)) return { day: beijingDay(order.created_at) }
  if (order.status !== 'PAID' || transaction_id === undefined || success_time === undefined) return undefined
  const paidAt = Date.parse(success_time)
  if (Number.isNaN(paidAt)) return undefined
  return { day: beijingDay(paidAt), billed: billedAs(transaction_id, amount.total) }
}

/** The days of one channel alone: each is compared with bills of its own. */
export function daysOfChannel(index: DayIndex, account: string): DayIndex {
  const provider = providerOf(account)
  return {
    async *list(day) {
      for await (const entries of index.list(day))
        yield entries.filter(({ key }) => providerOf(accountIn(key)) === provider)
    },
  }
}
