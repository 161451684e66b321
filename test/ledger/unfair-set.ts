/** Tellings that WeChat should never give: contradictions, other amounts, other transactions, refunds without a payment. */
import type { Books } from '#shared/ledger/books.ts'
import { dismissDecision, withDecision } from '#shared/ledger/decide.ts'
import { fold } from '#shared/ledger/fold.ts'
import { createPrng } from '#test/simulation/prng.ts'
import type { Prng } from '#test/simulation/prng.ts'
import { asked, NOW, payment, picture, refund, reserved, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'

const STATES = ['PROCESSING', 'ABNORMAL', 'SUCCESS', 'CLOSED'] as const
const ORDERS = 3

function drawTelling(prng: Prng): Telling {
  const kind = prng.between(1, 12)
  if (kind === 1) return 'closed'
  if (kind === 11) return drawWord(prng)
  if (kind === 12) return 'refunded'
  if (kind <= 3)
    return payment(prng.pick([1000, 1000, 900]), {
      transaction_id: prng.pick(['42_A', '42_A', '42_B']),
      success_time: prng.pick(['2026-03-01T12:00:05+08:00', '2026-03-01T12:00:04+08:00']),
      told_at: NOW + prng.between(0, 2),
    })
  return refund(
    prng.pick(['R1', 'R2', 'C1', 'C2', 'C3']),
    prng.pick(STATES),
    prng.pick([300, 300, 600, 1000]),
    {
      transaction_id: prng.pick(['42_A', '42_A', '42_A', '42_X']),
      refund_id: prng.pick(['50_1', '50_1', '50_2']),
    },
    NOW + prng.between(0, 2),
  )
}

/** A state that is not known here, or a known one after it. */
function drawWord(prng: Prng): Telling {
  const number = prng.pick([undefined, 'R1', 'C1'])
  const word = prng.pick([undefined, 'FINISHED', 'REVERSED'])
  return {
    ...(number === undefined ? {} : { out_refund_no: number }),
    ...(word === undefined ? {} : { word }),
    at: NOW + prng.between(0, 3),
  }
}

/** @returns what went wrong; nothing, as a rule. */
export function playUnfairSet(seed: number): readonly string[] {
  const prng = createPrng(seed)
  const tellings = Array.from({ length: prng.between(2, 9) }, () => drawTelling(prng))
  const base = ['R1', 'R2']
    .slice(0, prng.between(0, 2))
    .reduce((books, number) => reserved(books, number, 300, prng.pick(['REQUESTED', 'FAILED'])), asked())
  const problems: string[] = []
  const first = tell(base, ...tellings)
  const dismissed = dismissSome(first, prng)
  if (money(first) !== money(dismissed))
    problems.push(`dismissing moved money: ${money(first)}, ${money(dismissed)}`)
  for (let order = 0; order < ORDERS; order += 1) {
    const decided = order === 0 ? dismissed.decided.toReversed() : dismissed.decided
    const again = picture({ ...tell(base, ...shuffled(tellings, prng)), decided })
    if (again !== picture(dismissed)) problems.push(`${picture(dismissed)} became ${again} in another order`)
  }
  return [...problems, ...uncounted(tellings, dismissed)]
}

function dismissSome(books: Books, prng: Prng): Books {
  return fold(books).holds.reduce((current, { key }) => {
    if (prng.chance(0.5)) return current
    const decided = dismissDecision(current, { hold: key, by: 'a person', note: '', at: NOW })
    return 'refused' in decided ? current : { ...current, decided: withDecision(current, decided.decision) }
  }, books)
}

/** Whatever WeChat called a success is out, and what is out is not refundable, whoever let it pass. */
function uncounted(tellings: readonly Telling[], books: Books): readonly string[] {
  const most = new Map<string, number>()
  for (const told of tellings)
    if (typeof told === 'object' && 'states' in told && told.states.SUCCESS !== undefined)
      most.set(told.out_refund_no, Math.max(told.amount, most.get(told.out_refund_no) ?? 0))
  const out = [...most.values()].reduce((sum, amount) => sum + amount, 0)
  const { status, refundable, deficit, paid = 0 } = fold(books)
  if (status !== 'PAID') return refundable === 0 ? [] : [`refundable ${refundable} while ${status}`]
  if (refundable > Math.max(0, paid - out)) return [`refundable ${refundable} with ${out} of ${paid} out`]
  return deficit < out - paid ? [`a deficit of ${deficit} with ${out} of ${paid} out`] : []
}

function money(books: Books): string {
  const { status, refundable, deficit } = fold(books)
  return `${status}/${refundable}/${deficit}`
}

/** In another order, some of it twice. */
function shuffled(tellings: readonly Telling[], prng: Prng): readonly Telling[] {
  return [...tellings, ...tellings.filter(() => prng.chance(0.3))]
    .map((telling) => ({ telling, at: prng.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ telling }) => telling)
}
