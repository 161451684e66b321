/** Our books against the channel's own: what it told is in them, and what it has out never exceeds what it took, unless a person is told (I13). */
import type { RefundStatus } from '#shared/ledger/words.ts'
import { isHeld, refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { ChannelThere } from './channel-model.ts'
import type { State, ToldContent } from './state.ts'

/** An order at its channel. */
interface There extends ChannelThere {
  readonly number: string
}

/** The channel's refunds that were never told, nor asked for, are known to nobody here. */
function isKnown(order: Order | undefined, refundNumber: string): boolean {
  return order !== undefined && refundOf(order, refundNumber) !== undefined
}

export function checkBooks(state: State, order: Order | undefined, { account, number, model }: There): void {
  const { violations, told, contradicted } = state
  for (const content of told)
    if (content.mchid === account && content.out_trade_no === number && !holdsTelling(order, content))
      violations.report('I13', `${JSON.stringify(content)} was told and is not in the books`)
  if (order === undefined || contradicted.has(orderKey(account, number))) return
  const took = model.orders.get(number)?.state === 'PAID' ? model.orders.get(number)!.total : 0
  const out = model.out(number, (refund) => isKnown(order, refund.number))
  const over = order.refundable + out - took
  const said = order.causes.some(({ reason }) => reason === 'over_refunded') && order.deficit >= out - took
  if (order.status === 'PAID' && over > 0 && !said)
    violations.report(
      'I13',
      `${number}: refundable ${order.refundable}, ${out} of ${took} out at the channel`,
    )
}

export function checkRefunds(
  state: State,
  order: Order | undefined,
  { account, number, model }: There,
): void {
  const { violations } = state
  const isContradicted = (refundNumber: string) => state.contradicted.has(orderKey(account, refundNumber))
  const there = model.refundsOf(number)
  for (const refund of there) {
    if (isContradicted(refund.number)) continue
    const own = order === undefined ? undefined : refundOf(order, refund.number)
    const untold =
      own === undefined && refund.body === '' && !isTold(state, { account, number: refund.number })
    if (!untold && (own?.status !== refund.status || own.amount !== refund.amount))
      violations.report(
        'I10',
        `${refund.number} is ${own?.status ?? 'NONE'}, at the channel ${refund.status}`,
      )
  }
  for (const { out_refund_no: refundNumber, status } of Object.values(order?.refunds ?? {}))
    if (
      !there.some((refund) => refund.number === refundNumber) &&
      !isContradicted(refundNumber) &&
      !mayBeNowhere(order, status)
    )
      violations.report('I10', `${refundNumber} is ${status} and the channel does not have it`)
}

/** While somebody holds the order, what was not sent before is not sent. */
function mayBeNowhere(order: Order | undefined, status: RefundStatus): boolean {
  const waits = status === 'UNKNOWN' || status === 'REQUESTED'
  return status === 'FAILED' || (waits && order !== undefined && isHeld(order))
}

function isTold(
  { told }: State,
  { account, number }: { readonly account: string; readonly number: string },
): boolean {
  return told.some(({ mchid, out_refund_no }) => mchid === account && out_refund_no === number)
}

function holdsTelling(order: Order | undefined, content: ToldContent): boolean {
  if (order === undefined) return false
  const { payments, refunds } = order.books.said
  if (content.out_refund_no === undefined)
    return payments.some(({ transaction_id }) => transaction_id === content.transaction_id)
  return refunds.some(
    ({ out_refund_no, transaction_id, states }) =>
      out_refund_no === content.out_refund_no &&
      transaction_id === content.transaction_id &&
      Object.hasOwn(states, String(content.refund_status)),
  )
}
