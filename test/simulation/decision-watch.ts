/** Watches what people decide about orders, and that a held one is left alone (I14). */
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Violations } from './violations.ts'

export function checkDecisions(before: Order, after: Order, report: Violations['report']): void {
  const decided = after.books.decided.map(({ action, hold, evidence }) => `${action} ${hold} ${evidence}`)
  if (new Set(decided).size < decided.length) report('I14', `recorded twice: ${decided.join(', ')}`)
  for (const { key, evidence, dismissed } of after.causes)
    if (dismissed && !decided.includes(`dismiss ${key} ${evidence}`))
      report('I14', `${key} passes, and nobody has seen what it stands for now`)
  if (isDismissal(before, after) && money(before) !== money(after))
    report('I14', `a dismissal moved money: ${money(before)}, ${money(after)}`)
  if (!isHeld(before)) return
  for (const { out_refund_no: number, attempt } of after.books.ours.refunds) {
    const known = before.books.ours.refunds.find((one) => one.out_refund_no === number)
    if (attempt > (known?.attempt ?? 0)) report('I14', `${number} is about to be sent for a held order`)
  }
}

/** Whether nothing but holds placed and let pass came between. */
function isDismissal({ books: was }: Order, { books: is }: Order): boolean {
  const added = is.decided.slice(was.decided.length)
  return (
    added.length > 0 &&
    added.every(({ action }) => action !== 'accept') &&
    JSON.stringify([was.said, was.ours]) === JSON.stringify([is.said, is.ours])
  )
}

function money({ status, refundable, deficit }: Order): string {
  return `${status}/${refundable}/${deficit}`
}
