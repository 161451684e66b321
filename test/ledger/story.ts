/** A drawn story as far as it went, and what must hold after each of its steps. */
import type { Books } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import type { Prng } from '#test/simulation/prng.ts'
import type { ChannelSide } from './channel-side.ts'
import { asked, picture, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'

/** What the payer paid. */
export const TOTAL = 1000

export interface Story {
  readonly prng: Prng
  /** Epoch ms. */
  readonly time: { now: number }
  readonly there: ChannelSide
  books: Books
  readonly heard: Telling[]
  readonly problems: string[]
  numbers: number
}

/** Whatever the channel told us of a refund that is out counts, and so does what we may still send. */
export function checkKnown({ books, there, heard, problems }: Story): void {
  const { refundable, deficit, status, refunds } = fold(books)
  const known = new Set(
    heard.flatMap((told) =>
      typeof told === 'object' && 'out_refund_no' in told && !isOnlyNamed(told) ? [told.out_refund_no] : [],
    ),
  )
  const out = there.refunds.filter(({ number, state }) => state !== 'CLOSED' && known.has(number))
  const sum = out.reduce((total, { amount }) => total + amount, 0)
  const mayGoOut = [...refunds.values()].filter(
    ({ out_refund_no: number, status: sent }) => !known.has(number) && sent !== 'FAILED',
  )
  const most = TOTAL - mayGoOut.reduce((total, { amount }) => total + amount, sum)
  if (refundable > Math.max(0, most)) problems.push(`refundable is ${refundable}, the channel leaves ${most}`)
  if (status === 'PAID' && !there.isPaid) problems.push('paid, and at the channel it is not')
  if (status === 'PAID' && most < 0 && deficit < -most)
    problems.push(`deficit is ${deficit}, at the channel ${-most}`)
  for (const { number } of out)
    if (refunds.get(number)?.status === 'FAILED') problems.push(`${number} is FAILED, the channel told of it`)
  for (const { number } of there.refunds)
    if (refunds.get(number)?.status === 'FAILED' && !there.late.has(number))
      problems.push(`${number} is FAILED too early: the channel has it`)
}

/** Its amount nobody told: as long as that is so, the order is held. */
function isOnlyNamed(telling: Telling): boolean {
  return typeof telling === 'object' && 'kind' in telling && telling.kind === 'state'
}

/** The same set in another order, some of it twice, ends in the same books. */
export function permute({ books, heard, prng, problems }: Story): void {
  const shuffled = [...heard, ...heard.filter(() => prng.chance(0.3))]
    .map((telling) => ({ telling, at: prng.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ telling }) => telling)
  const empty = { ...books, said: asked().said, decided: books.decided.toReversed() }
  const again = picture(tell(empty, ...shuffled))
  const was = picture(books)
  if (again !== was) problems.push(`${was} became ${again} in another order`)
}
