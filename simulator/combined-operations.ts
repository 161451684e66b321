/** What WeChat Pay does with orders that are paid together: answers merchants, takes the payer's money once, and notifies once. */
import type { CombineClose, CombineRequest } from './combine-schemas.ts'
import { closeCombined, findCombined, ordersOf, payCombined, placeCombined } from './combined.ts'
import { combinedNotice, combinedView } from './combined-views.ts'
import type { Ids } from './ids.ts'
import type { Combined, Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'
import type { PayerChoice } from './payments.ts'
import type { PaymentMethod } from './request-schemas.ts'
import type { Timeline } from './timeline.ts'
import type { Wire } from './views.ts'

export interface CombinedOperations {
  prepay(method: PaymentMethod, request: CombineRequest): Wire
  query(number: string): Wire
  close(number: string, close: CombineClose): void
  /** Pays what can be paid, and notifies. */
  pay(combined: Combined, payer: PayerChoice): Combined
  show(combined: Combined): Wire
}

export interface CombinedDeps {
  readonly ledger: Ledger
  readonly timeline: Timeline
  readonly notifier: Notifier
  readonly ids: Ids
}

/** Creates the operations over one ledger. */
export function createCombinedOperations({
  ledger,
  timeline,
  notifier,
  ids,
}: CombinedDeps): CombinedOperations {
  const moment = (): { readonly now: number; readonly ids: Ids } => ({ now: timeline.now(), ids })
  const show = (combined: Combined): Wire =>
    combinedView(combined, ordersOf(ledger, combined), timeline.now())
  return {
    prepay: (method, request) => placeCombined(ledger, { method, request }, moment()),
    query: (number) => show(findCombined(ledger, number)),
    close: (number, close) => closeCombined(ledger, number, { close, now: timeline.now() }),
    pay(combined, payer) {
      const paid = payCombined(ledger, combined, { payer, ...moment() })
      const { notify_url: url, combine_out_trade_no: out_trade_no } = paid.request
      notifier.submit(
        { event: 'payment', url, out_trade_no },
        combinedNotice(paid, ordersOf(ledger, paid), moment()),
      )
      return paid
    },
    show,
  }
}
