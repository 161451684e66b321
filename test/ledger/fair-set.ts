/**
 * One drawn story of an order: WeChat's books go their way, refunds are made through us and on the merchant platform, answers
 * are lost, tellings come late, twice and in any order, people decide, processes crash. The ledger's books are compared
 * with WeChat's after every step and at the end.
 */
import type { Books } from '#shared/ledger/books.ts'
import { dismissDecision, holdDecision, withDecision } from '#shared/ledger/decide.ts'
import { fold } from '#shared/ledger/fold.ts'
import { reserve, reservationOf } from '#shared/ledger/reservation.ts'
import { refusalIsFinal, withFailure, withRefusal, withUnknownOutcome } from '#shared/ledger/sending.ts'
import { fen } from '#shared/money.ts'
import { createPrng } from '#test/simulation/prng.ts'
import { asked, holdsOf, MINUTE, NOW, payment, refund, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'
import { checkKnown, permute, TOTAL } from './story.ts'
import type { Story } from './story.ts'
import { createWechatBooks } from './wechat-books.ts'

/** WeChat's queries are behind by less than half an hour. */
const LONGEST_LAG_MINUTES = 25

/** @returns what went wrong; nothing, as a rule. */
export function playFairSet(seed: number): readonly string[] {
  const prng = createPrng(seed)
  const story: Story = {
    prng,
    wechat: createWechatBooks(TOTAL),
    books: asked(TOTAL),
    waiting: [payment(TOTAL)],
    seen: 0,
    heard: [],
    underway: [],
    late: new Set(),
    problems: [],
    now: NOW,
    numbers: 0,
  }
  const steps = prng.between(4, 14)
  for (let step = 0; step < steps; step += 1) {
    story.now += prng.between(1, 40) * MINUTE
    prng.pick(STEPS)(story)
    listen(story)
    checkKnown(story)
  }
  atTheEnd(story)
  return story.problems
}

const STEPS: ReadonlyArray<(story: Story) => void> = [
  (story) => hear(story, story.prng.between(1, 3)),
  (story) => hear(story, 1),
  refundHere,
  refundHere,
  refundElsewhere,
  ({ wechat, prng }) => wechat.proceed(prng),
  ({ wechat, prng }) => wechat.proceed(prng),
  drive,
  decideSomething,
  crash,
  arriveLate,
]

/** WeChat's new tellings are on their way. */
function listen(story: Story): void {
  const { told } = story.wechat
  for (const { number, state, amount } of told.slice(story.seen))
    story.waiting.push(refund(number, state, amount))
  story.seen = told.length
}

/** Some of them arrive: any of them, some twice. */
function hear(story: Story, count: number): void {
  for (let heard = 0; heard < count && story.waiting.length > 0; heard += 1) {
    const index = story.prng.between(0, story.waiting.length - 1)
    const telling = story.waiting[index]!
    if (!story.prng.chance(0.2)) story.waiting.splice(index, 1)
    take(story, telling)
  }
}

function take(story: Story, telling: Telling): void {
  story.heard.push(telling)
  story.books = tell(story.books, telling)
}

function refundElsewhere({ wechat, prng }: Story): void {
  const available = wechat.available()
  if (available > 0) wechat.refund({ number: `C${wechat.refunds.size}`, amount: prng.between(1, available) })
}

/** Through us: under the guard, then sent; the answer may be lost, before or after WeChat got it. */
function refundHere(story: Story): void {
  const { prng, wechat } = story
  const left = fold(story.books).refundable
  const amount = Math.max(1, prng.chance(0.3) ? left : prng.between(1, Math.max(1, left)))
  story.numbers += 1
  const number = `R${story.numbers}`
  const request = { out_refund_no: number, amount: fen(amount), request: '{}', request_hash: number }
  const outcome = reserve(story.books, request, story.now)
  if ('refused' in outcome) return
  if (amount > left || holdsOf(story.books).length > 0)
    story.problems.push(`${number} took ${amount} of ${left} while held: ${holdsOf(story.books).join()}`)
  story.books = { ...story.books, ours: outcome.ours }
  if (prng.chance(0.15)) return
  send(story, { number, amount, first: true })
  listen({ ...story, wechat })
}

interface Send {
  readonly number: string
  readonly amount: number
  readonly first: boolean
}

function send(story: Story, { number, amount, first }: Send): void {
  const { prng, wechat, now } = story
  const stuck = prng.chance(0.15)
  if (stuck) story.underway.push({ number, amount })
  const known = wechat.refunds.get(number)
  const echo = known !== undefined && known.hiddenUntil > now
  const hiddenUntil = prng.chance(0.3) ? now + prng.between(1, LONGEST_LAG_MINUTES) * MINUTE : 0
  const taken = !stuck && !echo && wechat.refund({ number, amount, hiddenUntil })
  if (stuck || prng.chance(0.2)) {
    story.books = { ...story.books, ...withUnknownOutcome(story.books, number, now) }
  } else if (taken) {
    const { state } = wechat.refunds.get(number)!
    take(story, refund(number, state, amount))
  } else {
    refuse(story, { number, first })
  }
}

function refuse(story: Story, { number, first }: { readonly number: string; readonly first: boolean }): void {
  const { books, now } = story
  const reservation = reservationOf(books, number)!
  const code = 'INVALID_REQUEST'
  const changed = refusalIsFinal(reservation, { first, now })
    ? withFailure(books, { out_refund_no: number, attempt: reservation.attempt, code, at: now })
    : withRefusal(books, { out_refund_no: number, code, first, now })
  story.books = { ...books, ...changed }
}

/** The sweep: asks for one that waits for its answer; what WeChat does not know is sent again. */
function drive(story: Story): void {
  const refunds = [...fold(story.books).refunds.values()]
  const waiting = refunds.find(({ status }) => status === 'REQUESTED' || status === 'UNKNOWN')
  if (waiting === undefined) return
  const { out_refund_no: number, amount } = waiting
  const known = story.wechat.refunds.get(number)
  if (known !== undefined && known.hiddenUntil <= story.now)
    take(story, refund(number, known.state, known.amount))
  else send(story, { number, amount, first: false })
}

/** A send that got stuck on its way reaches WeChat after all. */
function arriveLate({ underway, late, wechat }: Story): void {
  const sent = underway.pop()
  if (sent === undefined || wechat.refunds.has(sent.number)) return
  late.add(sent.number)
  wechat.refund(sent)
}

function decideSomething(story: Story): void {
  const { books, prng, now } = story
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
function atTheEnd(story: Story): void {
  const { wechat, prng, problems } = story
  while (story.underway.length > 0) arriveLate(story)
  for (let tries = 0; tries < 40 && waits(story); tries += 1) {
    story.now += 31 * MINUTE
    drive(story)
    while (story.underway.length > 0) arriveLate(story)
  }
  wechat.finish(prng)
  listen(story)
  while (story.waiting.length > 0) hear(story, 1)
  const { refunds, refundable, deficit, holds } = fold(story.books)
  for (const { number, state, amount } of wechat.refunds.values()) {
    const own = refunds.get(number)
    if (own?.status !== state || own.amount !== amount)
      problems.push(`${number} is ${own?.status}, at WeChat ${state}`)
  }
  if (refundable !== wechat.available())
    problems.push(`refundable ${refundable}, at WeChat ${wechat.available()}`)
  if (deficit !== 0) problems.push(`a deficit of ${deficit} at the end`)
  for (const { key } of holds) if (!key.startsWith('operator#')) problems.push(`held at the end: ${key}`)
  permute(story)
}

function waits({ books }: Story): boolean {
  return [...fold(books).refunds.values()].some(
    ({ status }) => status === 'REQUESTED' || status === 'UNKNOWN',
  )
}
