/**
 * One drawn story of an order: the channel's books go their way, refunds are made through us and on the merchant platform, answers
 * are lost, tellings come late, twice and in any order, people decide, processes crash. The ledger's books are compared
 * with the channel's after every step and at the end.
 */
import type { Books } from '#shared/ledger/books.ts'
import { dismissDecision, holdDecision, withDecision } from '#shared/ledger/decide.ts'
import { fold } from '#shared/ledger/fold.ts'
import { namedOnly } from '#shared/ledger/fold-elsewhere.ts'
import { reserve, reservationOf } from '#shared/ledger/reservation.ts'
import { refusalIsFinal, withFailure, withRefusal, withUnknownOutcome } from '#shared/ledger/sending.ts'
import { fen } from '#shared/money.ts'
import { createPrng } from '#test/simulation/prng.ts'
import type { CreateSide, Sent } from './channel-side.ts'
import { checkKnown, permute } from './story.ts'
import type { Story } from './story.ts'
import { holdsOf, MINUTE, NOW, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'

/** @returns what went wrong; nothing, as a rule. */
export async function playFairSet(seed: number, sideOf: CreateSide): Promise<readonly string[]> {
  const prng = createPrng(seed)
  const time = { now: NOW }
  const there = sideOf(prng, { now: () => time.now })
  const story: Story = { prng, time, there, books: there.asked, heard: [], problems: [], numbers: 0 }
  const theirs = there.steps.map((step) => async (told: Story) => take(told, (await step()) ?? []))
  const steps = [...STEPS, ...theirs]
  for (let count = prng.between(4, 14); count > 0; count -= 1) {
    story.time.now += prng.between(1, 40) * MINUTE
    await prng.pick(steps)(story)
    checkKnown(story)
  }
  await atTheEnd(story)
  return story.problems
}

const STEPS: ReadonlyArray<(story: Story) => Promise<void> | void> = [
  (story) => hear(story, story.prng.between(1, 3)),
  (story) => hear(story, 1),
  refundHere,
  refundHere,
  drive,
  decideSomething,
  crash,
]

/** Some of what was told arrives: any of it, some twice. */
async function hear(story: Story, count: number): Promise<void> {
  for (let heard = 0; heard < count && story.there.tells; heard += 1) take(story, await story.there.hear())
}

function take(story: Story, tellings: readonly Telling[]): void {
  story.heard.push(...tellings)
  story.books = tell(story.books, ...tellings)
}

/** Through us: under the guard, then sent; the answer may be lost, before or after the channel got it. */
async function refundHere(story: Story): Promise<void> {
  const { prng } = story
  const left = fold(story.books).refundable
  const amount = Math.max(1, prng.chance(0.3) ? left : prng.between(1, Math.max(1, left)))
  story.numbers += 1
  const number = `R${story.numbers}`
  const request = { out_refund_no: number, amount: fen(amount), request: '{}', request_hash: number }
  const outcome = reserve(story.books, request, story.time.now)
  if ('refused' in outcome) return
  if (amount > left || holdsOf(story.books).length > 0)
    story.problems.push(`${number} took ${amount} of ${left} while held: ${holdsOf(story.books).join()}`)
  story.books = { ...story.books, ours: outcome.ours }
  if (prng.chance(0.15)) return
  await send(story, { number, amount, first: true })
}

interface Send extends Sent {
  readonly first: boolean
}

async function send(story: Story, { first, ...sent }: Send): Promise<void> {
  const answer = await story.there.send(sent)
  if (answer === 'refused') refuse(story, { number: sent.number, first })
  else if (answer === 'unknown')
    story.books = { ...story.books, ...withUnknownOutcome(story.books, sent.number, story.time.now) }
  else take(story, answer)
}

function refuse(story: Story, { number, first }: { readonly number: string; readonly first: boolean }): void {
  const { books } = story
  const { now } = story.time
  const reservation = reservationOf(books, number)!
  const code = 'INVALID_REQUEST'
  const changed = refusalIsFinal(reservation, { first, now })
    ? withFailure(books, { out_refund_no: number, attempt: reservation.attempt, code, at: now })
    : withRefusal(books, { out_refund_no: number, code, first, now })
  story.books = { ...books, ...changed }
}

/** The sweep: asks for one that waits for its answer, or that was only named; of ours, what the channel does not know is sent again. */
async function drive(story: Story): Promise<void> {
  const { refunds } = fold(story.books)
  for (const { out_refund_no } of namedOnly(story.books.said, refunds))
    take(story, await story.there.query(out_refund_no))
  const waiting = [...refunds.values()].find(({ status }) => status === 'REQUESTED' || status === 'UNKNOWN')
  if (waiting === undefined) return
  const { out_refund_no: number, amount } = waiting
  const told = await story.there.query(number)
  if (told.length > 0) take(story, told)
  else await send(story, { number, amount, first: false })
}

function decideSomething(story: Story): void {
  const { books, prng } = story
  const { now } = story.time
  const open = fold(books).holds.filter(({ dismissed }) => !dismissed)
  const signed = { by: 'a person', note: 'seen', at: now }
  const decided =
    open.length === 0 || prng.chance(0.2)
      ? holdDecision(books, signed)
      : dismissDecision(books, { ...signed, hold: prng.pick(open).key })
  if ('refused' in decided) return
  const before = money(books)
  story.books = { ...books, decided: withDecision(books, decided.decision) }
  if (money(story.books) !== before)
    story.problems.push(`a decision moved money: ${before}, ${money(story.books)}`)
}

function money(books: Books): string {
  const { status, refundable, deficit } = fold(books)
  return `${status}/${refundable}/${deficit}`
}

/** Nothing is kept in a process. */
function crash(story: Story): void {
  story.books = structuredClone(story.books)
}

/** Everything comes to its end and is told: then both books are the same, and nothing is held but by hand. */
async function atTheEnd(story: Story): Promise<void> {
  const { there, problems } = story
  await there.arriveLate()
  for (let tries = 0; tries < 40 && waits(story); tries += 1) {
    story.time.now += 31 * MINUTE
    await drive(story)
    await there.arriveLate()
  }
  take(story, await there.finish())
  for (let tries = 0; tries < 400 && there.tells; tries += 1) {
    story.time.now += MINUTE
    await hear(story, 1)
  }
  story.time.now += 31 * MINUTE
  await drive(story)
  const { status, refunds, refundable, deficit, holds } = fold(story.books)
  for (const { number, state, amount } of there.refunds) {
    const own = refunds.get(number)
    if (own?.status !== state || own.amount !== amount)
      problems.push(`${number} is ${own?.status}, at the channel ${state}`)
  }
  if (refundable !== there.available)
    problems.push(`refundable ${refundable}, at the channel ${there.available}`)
  if (status !== (there.isPaid ? 'PAID' : 'CLOSED')) problems.push(`${status} at the end`)
  if (deficit !== 0) problems.push(`a deficit of ${deficit} at the end`)
  for (const { key } of holds) if (!key.startsWith('operator#')) problems.push(`held at the end: ${key}`)
  permute(story)
}

function waits({ books }: Story): boolean {
  return [...fold(books).refunds.values()].some(
    ({ status }) => status === 'REQUESTED' || status === 'UNKNOWN',
  )
}
