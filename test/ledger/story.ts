/** A drawn story as far as it went, and what must hold after each of its steps. */
import type { Books } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import type { Prng } from '#test/simulation/prng.ts'
import { asked, picture, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'
import type { WechatBooks } from './wechat-books.ts'

/** What the payer paid. */
export const TOTAL = 1000

export interface Story {
  readonly prng: Prng
  readonly wechat: WechatBooks
  books: Books
  /** Told by WeChat and not yet heard by us: indexes into `wechat.told`, and the payment. */
  waiting: Telling[]
  seen: number
  readonly heard: Telling[]
  /** Sends whose answer was lost and that WeChat has not got yet. */
  readonly underway: { number: string; amount: number }[]
  /** Of these, the ones that got there after all: nobody could know. */
  readonly late: Set<string>
  readonly problems: string[]
  now: number
  numbers: number
}

/** Whatever WeChat told us of a refund that is out counts, and so does what we may still send. */
export function checkKnown({ books, wechat, heard, late, problems }: Story): void {
  const { refundable, deficit, status, refunds } = fold(books)
  const known = new Set(
    heard.flatMap((told) =>
      typeof told === 'object' && 'out_refund_no' in told ? [told.out_refund_no] : [],
    ),
  )
  const out = [...wechat.refunds.values()].filter(
    ({ number, state }) => state !== 'CLOSED' && known.has(number),
  )
  const sum = out.reduce((total, { amount }) => total + amount, 0)
  const mayGoOut = [...refunds.values()].filter(
    ({ out_refund_no: number, status: sent }) => !known.has(number) && sent !== 'FAILED',
  )
  const most = TOTAL - mayGoOut.reduce((total, { amount }) => total + amount, sum)
  if (refundable > Math.max(0, most)) problems.push(`refundable is ${refundable}, WeChat leaves ${most}`)
  if (status === 'PAID' && most < 0 && deficit < -most)
    problems.push(`deficit is ${deficit}, at WeChat ${-most}`)
  for (const { number } of out)
    if (refunds.get(number)?.status === 'FAILED') problems.push(`${number} is FAILED, WeChat told of it`)
  for (const number of wechat.refunds.keys())
    if (refunds.get(number)?.status === 'FAILED' && !late.has(number))
      problems.push(`${number} is FAILED too early: WeChat has it`)
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
