/** Giving free what profit sharing keeps back of a payment: once an order, under a number of its own. Pure functions. */
import type { ErrorCode } from '#shared/errors.ts'
import type { Books, Ours, Unfreeze } from './books.ts'
import { fold } from './fold.ts'

export type UnfreezeAsked = Pick<Unfreeze, 'out_order_no' | 'description'>

export type AskedUnfreeze =
  | { readonly ours: Ours }
  /** It was asked before, just so. */
  | { readonly known: Unfreeze }
  | { readonly refused: ErrorCode }

/** Remembers the request before WeChat is called, or says why not. One that WeChat refused may be asked again, under any number. */
export function askUnfreeze(books: Books, asked: UnfreezeAsked, now: number): AskedUnfreeze {
  const { unfreeze } = books.ours
  if (unfreeze !== undefined && unfreeze.state !== 'FAILED') {
    const same = unfreeze.out_order_no === asked.out_order_no && unfreeze.description === asked.description
    return same ? { known: unfreeze } : { refused: 'unfreeze_number_used' }
  }
  const folded = fold(books)
  if (folded.held) return { refused: 'order_held' }
  if (folded.payment === undefined) return { refused: 'order_not_paid' }
  const fresh = { ...asked, state: 'REQUESTED', in_doubt: false, created_at: now, updated_at: now } as const
  return { ours: { ...books.ours, unfreeze: fresh } }
}

/** Whether it is to be sent (again): the same number has no second effect. */
export function isUnfreezeOpen(unfreeze: Unfreeze | undefined): unfreeze is Unfreeze {
  return unfreeze !== undefined && unfreeze.state !== 'FAILED' && unfreeze.state !== 'FINISHED'
}

/** Whether a hold keeps it from being sent again: WeChat may not have it yet. One that WeChat has is only asked about. */
export function isUnfreezeStopped(books: Books): boolean {
  return books.ours.unfreeze?.state !== 'PROCESSING' && fold(books).held
}

/** @returns undefined when it is over, or another one. */
export function withUnfreeze(
  { ours }: Books,
  outOrderNo: string,
  change: Partial<Unfreeze>,
): { readonly ours: Ours } | undefined {
  const { unfreeze } = ours
  if (!isUnfreezeOpen(unfreeze) || unfreeze.out_order_no !== outOrderNo) return undefined
  return { ours: { ...ours, unfreeze: { ...unfreeze, ...change } } }
}
