/** One safeguard each of what an order has to publish by itself, taken away. */
import type { Mutant } from './mutant.ts'

const TELLING = 'shared/events/publish-event.ts'
const ANSWER = 'shared/refunds/tell-answer.ts'
const UNTOLD = 'shared/orders/untold.ts'

export const tellingMutants: readonly Mutant[] = [
  {
    name: 'an answer is published before it is written',
    file: ANSWER,
    from: 'const { marked, known } = await mark(deps, order, fact)',
    to: `const now = deps.clock.now()
  const planned = withMark(order, { applied: applyFact(order, fact, now), fact, trace: undefined, now })
  const nowhere = { ...deps.orders, save: async () => true }
  await tellUntold({ ...deps, orders: nowhere }, planned, fact.fact_key)
  const { marked, known } = await mark(deps, order, fact)`,
    proven: { scenario: 'refund' },
  },
  {
    name: 'an answer is written without its mark',
    file: ANSWER,
    from: 'const save = withMark(current, { applied, fact, trace, now })',
    to: 'const save = trace === undefined ? applied.order : withMark(current, { applied, fact, trace, now })',
    proven: { scenario: 'refund' },
  },
  {
    name: 'a mark is never taken away',
    file: TELLING,
    from: 'const save = withTold(current, factKey, deps.clock.now())',
    to: 'const save = current.version === 0 ? withTold(current, factKey, deps.clock.now()) : undefined',
    proven: { scenario: 'refund' },
  },
  {
    name: 'a mark is taken away before its events are published',
    file: TELLING,
    from: '  for (const event of events) await publishEvent(',
    to: `  await updateOrder(
    deps,
    order.order_key,
    (current = order) => ({ save: withTold(current, factKey, deps.clock.now()), result: undefined }),
    order,
  )
  for (const event of events) await publishEvent(`,
    proven: { scenario: 'refund' },
  },
  {
    name: 'a fact that comes later drops the marks',
    file: 'shared/orders/apply-fact.ts',
    from: 'const entries = [...Object.entries(handled), ',
    to: `const unmarked = Object.entries(handled).map(([key, { untold: _, ...did }]) => [key, did] as const)
  const entries = [...unmarked, `,
    proven: { scenario: 'held-by-hand', seed: 19 },
  },
  {
    name: 'whoever takes a mark away takes all away',
    file: UNTOLD,
    from: '{ ...order.handled, [factKey]: { ...rest, told: true } }',
    to: `Object.fromEntries(
    Object.entries(order.handled).map(([key, { untold: _all, ...one }]) => [key, { ...rest, ...one, told: true }]),
  )`,
    proven: { scenario: 'held-by-hand', seed: 19 },
  },
  {
    name: 'nobody looks at an order for its marks',
    file: 'shared/orders/changed.ts',
    from: '[did.untold.at]',
    to: '[did.untold.at].slice(1)',
    proven: { scenario: 'alipay-storm', seed: 48 },
  },
  {
    name: 'the look at a mark wakes nobody up',
    file: 'functions/sweep/drive-order.ts',
    from: 'await dispatcher.dispatch(factKey)',
    to: 'void dispatcher.dispatch.name.concat(factKey)',
    proven: { scenario: 'storm', seed: 20 },
  },
  {
    name: 'settle knows facts of its own alone',
    file: 'functions/settle/settle.ts',
    from: 'if (stored === undefined) return settleOwn(deps, factKey, log)',
    to: "if (stored === undefined) return log.error('FACT_MISSING')",
    proven: { scenario: 'storm', seed: 20 },
  },
]
