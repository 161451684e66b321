/** Applies a fact to its order, publishes its events, then ends the fact's delivery: each step may be repeated after a crash. */
import { currentTally, withTrace } from '#shared/ambient-trace.ts'
import type { Clock } from '#shared/clock.ts'
import { eventsFor, noticeEvent, traced } from '#shared/events/payment-event.ts'
import type { OrderEvent, Publisher } from '#shared/events/payment-event.ts'
import { publishEvent, tellUntold } from '#shared/events/publish-event.ts'
import { parseFactKey } from '#shared/facts/fact-key.ts'
import type { Fact } from '#shared/facts/fact.ts'
import type { Notice } from '#shared/facts/notice.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { namesRefund } from '#shared/facts/telling.ts'
import { failureFields } from '#shared/failure-fields.ts'
import { refundOfApproval } from '#shared/ledger/approval.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import type { Applied } from '#shared/orders/apply-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { isOwn } from '#shared/orders/untold.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { PaymentCounts } from '#shared/refund-counts.ts'
import type { RefundRules } from '#shared/refund-rules.ts'
import type { Pause } from '#shared/pause.ts'
import { continueTrace } from '#shared/trace.ts'
import type { Carried } from '#shared/trace.ts'

export interface SettleDeps {
  readonly facts: Pick<FactStore, 'get' | 'markSettled'>
  readonly orders: OrderStore
  readonly publisher: Publisher
  readonly clock: Clock
  readonly pause: Pause
  readonly logger: Logger
  readonly metrics: Metrics
  readonly rules: RefundRules
  readonly counts: PaymentCounts
}

/**
 * Creates the operation. Resolves when the fact needs nothing more; a rejection means "try again later".
 *
 * The order remembers what each fact did, so that a repeat publishes the same events; only after the topic has taken them
 * does the fact stop being pending.
 */
export function createSettle(deps: SettleDeps) {
  return async (factKey: string, logger: Logger = deps.logger): Promise<void> => {
    const log = logger.with({ fact_key: factKey })
    const stored = await deps.facts.get(factKey)
    if (stored === undefined) return settleOwn(deps, factKey, log)
    if (!stored.pending) return log.info('FACT_SETTLED_BEFORE')
    const { fact, trace } = stored
    const work = () =>
      fact.kind === 'notification' ? passOn(deps, { fact, trace }, log) : settle(deps, { fact, trace }, log)
    // Of whoever recorded it, and not of the sweep that sent it again.
    return trace === undefined ? work() : withTrace(continueTrace(trace), work)
  }
}

interface Pending<Kind> {
  readonly fact: Kind
  readonly trace: Carried | undefined
}

/** So long as logs: a notice holds what WeChat wrote, which may be about people. One that is held is about money, and stays. */
const NOTICE_KEPT_MS = 180 * 24 * 60 * 60_000

/** A notice is about no order: it is told to whoever subscribes, and that is all. */
async function passOn(deps: SettleDeps, { fact, trace }: Pending<Notice>, log: Logger): Promise<void> {
  const { event_type, held } = fact.notice
  await publishEvent(deps, traced(noticeEvent(fact), trace))
  const now = deps.clock.now()
  await deps.facts.markSettled(
    fact.fact_key,
    now,
    held === undefined ? { until: now + NOTICE_KEPT_MS } : undefined,
  )
  conclude(log, 'NOTICE_PUBLISHED', { event_type, ...(held === undefined ? {} : { reason: held.form }) })
}

async function settle(deps: SettleDeps, { fact, trace }: Pending<Fact>, log: Logger): Promise<void> {
  const applied = await apply(deps, fact)
  await pointToOrder(deps, fact, applied)
  const events = await tell(deps, applied, trace)
  const outcome = outcomeOf(events)
  // Before the delivery ends: if the answer to that is lost, a repeat has nothing more to do, and would count nothing.
  deps.metrics.put(OUTCOME_METRICS[outcome])
  await deps.facts.markSettled(fact.fact_key, deps.clock.now())
  if (events.some(({ type }) => type === 'payment.succeeded')) await countPayment(deps, fact, log)
  conclude(log, 'FACT_SETTLED', settledFields(fact, outcome, events))
}

function settledFields(
  { out_trade_no }: Pick<Fact, 'out_trade_no'>,
  outcome: Outcome,
  events: readonly OrderEvent[],
): LogFields {
  const held = events.find(({ type }) => type === 'order.held')
  return {
    outcome,
    out_trade_no,
    ...(events[0] === undefined ? {} : { event_type: events[0].type }),
    ...(held?.data.hold_reason === undefined ? {} : { hold_reason: held.data.hold_reason }),
  }
}

/** Of what its order alone knows, the order has the first telling: those who come after say nothing else under its key. */
async function tell(
  deps: SettleDeps,
  { order, fact, handled }: Applied,
  trace: Carried | undefined,
): Promise<readonly OrderEvent[]> {
  if (isOwn(handled)) return (await tellUntold(deps, order, fact.fact_key)).events
  const events = eventsFor(fact, handled)
  for (const event of events) await publishEvent(deps, traced(event, trace))
  return events
}

/** No fact has the key: its order may know it alone. */
async function settleOwn(deps: SettleDeps, factKey: string, log: Logger): Promise<void> {
  const order = await orderOfRefund(deps, factKey)
  const handled = order?.handled[factKey]
  if (order === undefined || handled === undefined || !isOwn(handled)) return log.error('FACT_MISSING')
  const { events } = await tellUntold(deps, order, factKey)
  if (events.length === 0) return log.info('FACT_SETTLED_BEFORE')
  const outcome = outcomeOf(events)
  deps.metrics.put(OUTCOME_METRICS[outcome])
  conclude(log, 'FACT_SETTLED', settledFields(order, outcome, events))
}

async function orderOfRefund({ orders }: SettleDeps, factKey: string): Promise<Order | undefined> {
  const parsed = parseFactKey(factKey)
  if (!parsed.ok || parsed.key.kind !== 'refund') return undefined
  const key = await orders.findByRefundNumber(parsed.key.mchid, parsed.key.number)
  return key === undefined ? undefined : orders.get(key)
}

/** One line has everything: what became of the fact, and what was counted on the way. */
function conclude(log: Logger, code: string, fields: LogFields): void {
  log.conclude({ level: 'info', code, fields, metrics: currentTally()?.end() })
}

/**
 * Once its delivery has ended, so that no repeat counts it twice: a crash before this leaves it out, and the share of refunds looks
 * larger than it is. Counting is no reason to settle again.
 */
async function countPayment({ rules, counts, clock }: SettleDeps, fact: Fact, log: Logger): Promise<void> {
  if (rules.hourlyPercent === undefined) return
  await counts
    .countPayment(fact.out_trade_no, clock.now())
    .catch((error: unknown) => log.warn('PAYMENT_NOT_COUNTED', failureFields(error)))
}

type Outcome = 'applied' | 'stale' | 'held' | 'approval'

const OUTCOME_METRICS: Readonly<Record<Outcome, MetricName>> = {
  applied: 'FactApplied',
  stale: 'FactStale',
  held: 'FactHeld',
  approval: 'RefundWaits',
}

/** `stale`: it changed nothing that anybody has to hear of. */
function outcomeOf(events: readonly OrderEvent[]): Outcome {
  const held = events.filter(({ type }) => type === 'order.held')
  if (held.length > 0) return held.every(isAboutApproval) ? 'approval' : 'held'
  return events.length === 0 ? 'stale' : 'applied'
}

function isAboutApproval({ data }: OrderEvent): boolean {
  return (data.opened ?? []).every((hold) => refundOfApproval(hold) !== undefined)
}

/** A refund that was made elsewhere has no pointer yet, by which it is found; ours had one before it was reserved. */
async function pointToOrder({ orders }: SettleDeps, fact: Fact, { order }: Applied): Promise<void> {
  const names = fact.kind === 'refund' || (fact.kind === 'state' && namesRefund(fact))
  const number = names ? fact.out_refund_no : undefined
  if (number === undefined || refundOf(order, number)?.request_hash !== undefined) return
  await orders.claimRefundNumber(fact.mchid, number, order.order_key)
}

function apply(deps: SettleDeps, fact: Fact): Promise<Applied> {
  return updateOrder(deps, orderKey(fact.mchid, fact.out_trade_no), (order) => {
    const applied = applyFact(order, fact, deps.clock.now())
    return { save: applied.isNew ? applied.order : undefined, result: applied }
  })
}
