/** One safeguard each, taken away. */
import type { Mutant } from './mutant.ts'
import { alipayMutants } from './alipay-mutants.ts'
import { badDayMutants } from './bad-day-mutants.ts'
import { heldMutants } from './held-mutants.ts'
import { placingMutants } from './placing-mutants.ts'
import { refundMutants } from './refund-mutants.ts'
import { storeMutants } from './store-mutants.ts'
import { tellingMutants } from './telling-mutants.ts'

const FACTS = 'shared/stores/dynamo-fact-store.ts'
const ORDERS = 'shared/stores/dynamo-order-store.ts'

export const mutants: readonly Mutant[] = [
  {
    name: 'fact put without attribute_not_exists',
    file: FACTS,
    from: 'await putIfFree(table, factToItem(fact), ABSENT)',
    to: 'await putIfFree(table, factToItem(fact), {})',
    proven: { scenario: 'conflicting-payment' },
  },
  {
    name: 'settled fact stays in the pending index',
    file: FACTS,
    from: ' REMOVE pending_shard, dispatch_due_at, claim_id, traceparent, caller_request_id',
    to: ' REMOVE claim_id',
  },
  {
    name: 'claim of a due fact without its condition',
    file: FACTS,
    from: "STILL_DUE = 'dispatch_due_at = :due'",
    to: "STILL_DUE = 'attribute_exists(dispatch_due_at)'",
    proven: { scenario: 'refund-elsewhere-first', seed: 5 },
  },
  {
    name: 'order save without its version check',
    file: ORDERS,
    from: "VERSION_IS_PREVIOUS = '#version = :previous'",
    to: "VERSION_IS_PREVIOUS = 'attribute_exists(order_key)'",
    proven: { scenario: 'two-refunds-race' },
  },
  {
    name: 'lost race ignored',
    file: 'shared/orders/update-order.ts',
    from: 'if (save === undefined || (await orders.save(save))) return result',
    to: 'if (save === undefined || (await orders.save(save)) || true) return result',
    proven: { scenario: 'storm', seed: 82 },
  },
  {
    name: 'orders leave the sweep’s index',
    file: 'shared/orders/changed.ts',
    from: 'if (next === undefined) return {}',
    to: 'if (next !== null) return {}',
    proven: { scenario: 'two-refunds-fit' },
  },
  {
    name: 'duplicate treated as done (ALL_OLD branch)',
    file: 'shared/facts/record-fact.ts',
    from: 'if (pending) await dispatcher.dispatch(fact.fact_key, correlationId)',
    to: 'if (pending && facts.length === 2) await dispatcher.dispatch(fact.fact_key)',
  },
  {
    name: 'other content under a known key is dropped',
    file: 'shared/facts/record-fact.ts',
    from: 'if (existing.fact.content_hash === fact.content_hash)',
    to: 'if (existing.fact.content_hash.length > 0)',
    proven: { scenario: 'conflicting-payment' },
  },
  {
    name: 'settled before it is published',
    file: 'functions/settle/settle.ts',
    from: '  const events = await tell(deps, applied, trace)',
    to: `  await deps.facts.markSettled(fact.fact_key, deps.clock.now())
  const events = await tell(deps, applied, trace)`,
    proven: { scenario: 'refund-elsewhere-first', seed: 5 },
  },
  {
    name: 'what a fact did is not remembered',
    file: 'shared/orders/apply-fact.ts',
    from: 'return { order: { ...after, handled: remembering(before, fact, handled) }, fact, handled, isNew: true }',
    to: 'return { order: after, fact, handled, isNew: true }',
    proven: { scenario: 'paid-twice' },
  },
  {
    name: 'what was learned is not stored as a fact',
    file: 'shared/orders/learn-fact.ts',
    from: 'const { facts } = await keepFact(deps, fact)',
    to: 'const facts = [{ fact, pending: false }]',
    proven: { scenario: 'two-refunds-fit' },
  },
  {
    name: 'paid does not beat closed',
    file: 'shared/ledger/fold-payments.ts',
    from: 'if (first === undefined) return',
    to: 'if (first === undefined || said.closed_at !== undefined) return',
    proven: { scenario: 'paid-after-close' },
  },
  {
    name: 'conflicting payment not held',
    file: 'shared/ledger/fold-payments.ts',
    from: 'if (payments.length < 2) return []',
    to: 'if (payments.length < 9) return []',
    proven: { scenario: 'conflicting-payment' },
  },
  {
    name: 'amount not compared',
    file: 'shared/ledger/fold-payments.ts',
    from: "if (payment.amount.total !== amount.total) return 'amount_differs'",
    to: '',
    proven: { scenario: 'amount-differs' },
  },
  ...refundMutants,
  ...storeMutants,
  ...tellingMutants,
  ...heldMutants,
  ...placingMutants,
  ...badDayMutants,
  {
    name: 'sweep does not claim orders',
    file: ORDERS,
    from: '${STILL_DUE} AND ${NOBODY_HAS_IT}',
    to: '${STILL_DUE}',
    proven: { scenario: 'storm', seed: 5 },
  },
  {
    name: 'sweep dispatches what another one claimed',
    file: 'functions/sweep/drive-facts.ts',
    from: 'if (claimed) await dispatcher.dispatch(fact.factKey)',
    to: 'await dispatcher.dispatch(fact.factKey)',
    proven: { scenario: 'refund-elsewhere-first', seed: 5 },
  },
  {
    name: 'sweep forgets pending facts',
    file: 'functions/sweep/drive-facts.ts',
    from: 'if (claimed) await dispatcher.dispatch(fact.factKey)',
    to: 'void dispatcher',
    proven: { scenario: 'refund-elsewhere-first', seed: 5 },
  },
  {
    name: 'closed without closing at WeChat',
    file: 'shared/payments/close-payment.ts',
    from: 'await deps.channel.closeOrder(out_trade_no, { ...call, expired })',
    to: 'await Promise.resolve({ ...call, expired })',
    proven: { scenario: 'storm', seed: 198 },
  },
  {
    name: 'unknown outcome of a close treated as closed',
    file: 'shared/payments/close-payment.ts',
    from: 'if (!isRefusal(error)) throw error\n    return',
    to: 'if (isRefusal(error)) return',
    proven: { scenario: 'storm', seed: 198 },
  },
  {
    name: 'order not stored before the call',
    file: 'functions/prepay/prepay.ts',
    from: "const admitted = await updateOrder(deps, draft.order_key, decide, 'absent')",
    to: 'const admitted = decide(await deps.orders.get(draft.order_key)).result',
    proven: { scenario: 'pay' },
  },
  {
    name: 'unknown outcome of a prepay treated as a refusal',
    file: 'functions/prepay/prepay.ts',
    from: 'if (!first || !certain || httpStatus === undefined || httpStatus === 401 || NO_REJECTION.has(code)) return',
    to: "if (code === 'not_sent') return",
    proven: { scenario: 'prepay-of-unknown-outcome' },
  },
  {
    name: 'undecryptable notification acknowledged',
    file: 'functions/notify/notify.ts',
    from: "return { kind: 'undecryptable', fields: {} }",
    to: "return { kind: 'noticed', fields: {} }",
    proven: { scenario: 'rotation-in-flight' },
  },
  {
    name: 'signature probe accepted',
    file: 'functions/notify/notify.ts',
    from: 'if (!verified.ok) return report(',
    to: "if (!verified.ok && verified.reason !== 'probe') return report(",
    proven: { scenario: 'storm', seed: 18 },
  },
  {
    name: 'new platform certificates not stored',
    file: 'functions/rotate-certs/rotate-certs.ts',
    from: 'if (!sameSet(current, next)) {',
    to: 'if (!sameSet(next, next)) {',
    proven: { scenario: 'rotation-in-flight' },
  },
  ...alipayMutants,
]
