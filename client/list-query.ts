/** What may be asked of lists. */
import type { Order, OrderSummary, Refund } from './contract/answers.ts'
import { checkQuery } from './check-input.ts'
import { given } from './given.ts'

interface ListPage {
  /** Whose they are. @default WeChat Pay's, or those of the only one that the stage has */
  readonly provider?: Order['provider'] | undefined
  /** Days of Beijing, both included, 31 at most, as in `2026-01-31`. @default yesterday and today */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** From 1 to 50. @default 20 */
  readonly limit?: number | undefined
  /** That of the page before, with all else as it was. */
  readonly next?: string | undefined
}

export interface PaymentListQuery extends ListPage {
  /** `unpaid`: CREATED or AWAITING_PAYMENT. Held orders are listed of any day unless days are given. */
  readonly state?: 'paid' | 'unpaid' | 'held' | undefined
  /** Held for this reason. */
  readonly hold?: OrderSummary['holds'][number] | undefined
}

export interface RefundListQuery extends ListPage {
  readonly status?: Refund['status'] | undefined
}

/** @throws TypeError naming what is wrong. @returns what is asked, in texts. */
export function listQuery(
  name: 'PaymentListQuery' | 'RefundListQuery',
  query: object,
): Readonly<Record<string, string>> {
  given(query, 'query')
  const set = Object.entries(query).filter(([, value]) => value !== undefined)
  const texts = Object.fromEntries(set.map(([key, value]) => [key, String(value)]))
  checkQuery(name, texts)
  return texts
}
