/** The one way to make an order into its next version: new books, drawn anew, with the time of the next look at them. */
import type { Books } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import { nextLook } from '#shared/ledger/look-plan.ts'
import type { Look } from '#shared/ledger/look-plan.ts'
import { orderOf } from './order-picture.ts'
import type { KeptOrder, Order } from './order.ts'

/** What a writer says anew; the rest stays. */
export type Revision = Partial<Pick<KeptOrder, 'handled' | 'untold' | 'prepay' | 'description'>> & {
  readonly books?: Partial<Books>
}

/**
 * Gives the order as it is to be saved. `now`: epoch ms. A look that is due, or planned for sooner, stays where it is: a change
 * is no look.
 */
export function changed(order: KeptOrder, { books, ...revision }: Revision, now: number): Order {
  const { next_check_at: planned, next_check_class: _class, ...rest } = order
  const next = {
    ...rest,
    ...revision,
    books: books === undefined ? order.books : { ...order.books, ...books },
    version: order.version + 1,
    updated_at: now,
  }
  return orderOf({ ...next, ...lookBy(next, { planned, now }) })
}

/** The next look at an order (epoch ms counts as the last one), or undefined when nothing about it is open. */
export function nextLookAt(order: KeptOrder, now: number): Look | undefined {
  const { books, created_at, time_expire, handled } = order
  const untold = Object.values(handled).flatMap((did) => (did.untold === undefined ? [] : [did.untold.at]))
  const watched = { ...books, created_at, untold, ...(time_expire === undefined ? {} : { time_expire }) }
  return nextLook(watched, fold(books), now)
}

function lookBy(
  order: KeptOrder,
  { planned, now }: { readonly planned: number | undefined; readonly now: number },
): Pick<KeptOrder, 'next_check_at' | 'next_check_class'> {
  const next = nextLookAt(order, now)
  if (next === undefined) return {}
  const at = planned === undefined ? next.at : Math.min(planned, next.at)
  return { next_check_at: at, next_check_class: next.class }
}
