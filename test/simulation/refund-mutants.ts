/** One safeguard of refunds each, taken away. */
import type { Mutant } from './mutant.ts'

export const refundMutants: readonly Mutant[] = [
  {
    name: 'every refused refund is sent anew',
    file: 'shared/orders/refund.ts',
    from: " && CURABLE.has(failure_code.replaceAll('_', ''))",
    to: ' || CURABLE.has(failure_code)',
  },
  {
    name: 'ABNORMAL after SUCCESS applied',
    file: 'shared/orders/refund-transition.ts',
    from: "    ABNORMAL: 'stale',\n    SUCCESS: 'stale',",
    to: "    ABNORMAL: 'stale',\n    SUCCESS: 'move',",
  },
  {
    name: 'closed refund not given back',
    file: 'shared/orders/taken.ts',
    from: " && status !== 'CLOSED'",
    to: '',
  },
  {
    name: 'give-back-once guard: answer recorded over a later state',
    file: 'shared/orders/refund.ts',
    from: "    return waits || refund.status === 'FAILED' ? accepted(refund, answer) : undefined",
    to: '    return accepted(refund, answer)',
  },
  {
    name: 'refused refund not given back',
    file: 'shared/orders/taken.ts',
    from: "status !== 'FAILED' && ",
    to: '',
  },
  {
    name: 'two refusals within minutes make a refund FAILED',
    file: 'shared/orders/refund.ts',
    from: '  if (now - refused_at < REFUSALS_APART_MS) return undefined\n',
    to: '',
  },
  {
    name: 'FAILED after an unknown outcome is not watched',
    file: 'shared/orders/check-plan.ts',
    from: 'if (!isDoubted(refund)) return []',
    to: 'if (!isDoubted(refund) || now > 0) return []',
  },
  {
    name: 'reservation takes nothing',
    file: 'shared/orders/refund.ts',
    from: '{ ...order, refundable, refunds: { ...order.refunds, [refund.out_refund_no]: refund } }',
    to: '{ ...order, refunds: { ...order.refunds, [refund.out_refund_no]: refund } }',
  },
  {
    name: 'refund not reserved before the call',
    file: 'functions/refund/refund.ts',
    from: 'return { save: reserved.order, result:',
    to: 'return { result:',
  },
  {
    name: 'refund number not claimed for one order',
    file: 'functions/refund/refund.ts',
    from: 'if (holder !== key) throw',
    to: "if (holder === '') throw",
  },
  {
    name: 'repeated request sends again',
    file: 'functions/refund/refund.ts',
    from: 'refund: known, fresh: false }',
    to: 'refund: known, fresh: true }',
  },
  {
    name: 'unknown outcome treated as a refusal',
    file: 'shared/refunds/submit-refund.ts',
    from: 'return certain && answered && ',
    to: 'return (certain || answered || true) && ',
  },
  {
    name: 'request rebuilt instead of the stored bytes',
    file: 'shared/refunds/submit-refund.ts',
    from: 'deps.wechat.createRefund(refund.request, call)',
    to: 'deps.wechat.createRefund(JSON.stringify({ ...JSON.parse(refund.request), at: refund.updated_at }), call)',
  },
  {
    name: 'sent again without a query',
    file: 'functions/sweep/drive-refund.ts',
    from: '    const learned = await learnRefund(',
    to: `    if (refund.status === 'UNKNOWN') throw new ChannelError('not_found', '', { certain: true })
    const learned = await learnRefund(`,
  },
  {
    name: 'refund in flight not left alone',
    file: 'functions/sweep/drive-order.ts',
    from: 'now - attemptedAt(refund) >= REQUEST_OVER_MS',
    to: 'now >= refund.created_at',
  },
]
