/** Knows every fact that was ever stored, sent or published, whatever the stores say later (I1, I7, I11). */
import { secondEventId } from '#shared/facts/fact-key.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
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
      facts.set(fact.fact_key, fact)
      due.set(fact.fact_key, fact.received_at + FIRST_DISPATCH_AGAIN_MS)
    },
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
