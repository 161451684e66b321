/** Knows every fact that was ever stored, sent or published, whatever the stores say later (I1, I7, I11). */
import { secondEventId } from '#shared/facts/fact-key.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import { conflictOf } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { FIRST_DISPATCH_AGAIN_MS } from '#shared/facts/fact-store.ts'
import { SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'
import type { Violations } from './violations.ts'

export interface FactWatch {
  readonly facts: ReadonlyMap<string, Fact>
  /** Pending facts with the time of their next dispatch by the sweep. */
  readonly due: ReadonlyMap<string, number>
  readonly published: ReadonlyMap<string, readonly PaymentEvent[]>
  stored(fact: Fact): void
  /** An order has it, and nobody else: it has to be published from there. */
  marked(fact: Fact): void
  isMarked(factKey: string): boolean
  /** Whether it is stored as a fact of its own. */
  isStored(factKey: string): boolean
  /** A driver claimed a due fact, until then. */
  claimed(factKey: string, claim: { readonly until: number; readonly now: number }): void
  /** A driver found that another one has it; unless it `recorded` the fact itself, it must leave it alone. */
  claimLost(factKey: string, by: object): void
  /** Somebody learned the fact from WeChat, and sends what he stored. */
  recorded(factKey: string, by: object): void
  settled(factKey: string): void
  /** The queue took a message. */
  sent(factKey: string, by: object): void
  publishedNow(event: PaymentEvent): void
  /** notify answered 2xx for what has this key and WeChat's number for it. */
  acknowledged(factKey: string, wechatNumber: string): void
}

export function createFactWatch({ report }: Violations): FactWatch {
  const facts = new Map<string, Fact>()
  const due = new Map<string, number>()
  /** By the key of what an order has alone, what it says. */
  const marks = new Map<string, string>()
  const storedKeys = new Set<string>()
  const settledKeys = new Set<string>()
  const sentKeys = new Set<string>()
  const claims = new Map<string, number>()
  const lost = new WeakMap<object, Set<string>>()
  const own = new WeakMap<object, Set<string>>()
  const published = new Map<string, PaymentEvent[]>()
  return {
    facts,
    due,
    published,
    stored(fact) {
      // Beside another telling that an order has under its key, it counts as what contradicts that.
      if (marks.has(fact.fact_key) && marks.get(fact.fact_key) !== fact.content_hash) {
        const conflict = conflictOf(fact)
        facts.set(conflict.fact_key, conflict)
      } else if (!marks.has(fact.fact_key)) facts.set(fact.fact_key, fact)
      storedKeys.add(fact.fact_key)
      due.set(fact.fact_key, fact.received_at + FIRST_DISPATCH_AGAIN_MS)
    },
    marked(fact) {
      const before = facts.get(fact.fact_key)
      marks.set(fact.fact_key, fact.content_hash)
      facts.set(fact.fact_key, fact)
      if (before !== undefined && before.content_hash !== fact.content_hash) {
        const conflict = conflictOf(before)
        facts.set(conflict.fact_key, conflict)
      }
    },
    isMarked: (factKey) => marks.has(factKey),
    isStored: (factKey) => storedKeys.has(factKey),
    claimed(factKey, { until, now }) {
      const last = claims.get(factKey)
      if (last !== undefined && now - last < SWEEP_INTERVAL_MS)
        report('I11', `${factKey} was claimed by two sweeps`)
      claims.set(factKey, now)
      due.set(factKey, until)
    },
    claimLost: (factKey, by) => void lost.set(by, (lost.get(by) ?? new Set()).add(factKey)),
    recorded: (factKey, by) => void own.set(by, (own.get(by) ?? new Set()).add(factKey)),
    settled(factKey) {
      settledKeys.add(factKey)
      due.delete(factKey)
    },
    sent(factKey, by) {
      sentKeys.add(factKey)
      if (lost.get(by)?.has(factKey) === true && own.get(by)?.has(factKey) !== true)
        report('I11', `${factKey} was dispatched by two sweeps`)
    },
    publishedNow(event) {
      const before = published.get(event.id) ?? []
      if (before.some((other) => JSON.stringify(other) !== JSON.stringify(event)))
        report('I7', `${event.id} was published with two contents`)
      const second = secondEventId('', event.type)
      const fact = event.id.endsWith(second) ? event.id.slice(0, -second.length) : event.id
      if (!facts.has(fact)) report('I7', `${event.id} was published and is no fact`)
      published.set(event.id, [...before, event])
    },
    acknowledged(factKey, wechatNumber) {
      const kept = [...facts.values()].find(
        (fact) => (fact.conflicts_with ?? fact.fact_key) === factKey && numberOf(fact) === wechatNumber,
      )
      if (kept === undefined) report('I1', `${factKey} was acknowledged and is not stored`)
      else if (!settledKeys.has(kept.fact_key) && !sentKeys.has(kept.fact_key))
        report('I1', `${kept.fact_key} was acknowledged, is pending and was never sent`)
    },
  }
}

function numberOf(fact: Fact): string | undefined {
  if (fact.kind === 'payment') return fact.payment?.transaction_id
  return fact.kind === 'refund' ? fact.refund.refund_id : undefined
}
