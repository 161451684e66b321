/** One safeguard of refunds each, taken away. */
import type { Mutant } from './mutant.ts'

export const refundMutants: readonly Mutant[] = [
  {
    name: 'every refused refund is sent anew',
    file: 'shared/ledger/reservation.ts',
    from: "failure_code !== undefined && CURABLE.has(failure_code.replaceAll('_', ''))",
    to: '(failure_code !== undefined || CURABLE.has(failure_code))',
  },
  {
    name: 'ABNORMAL beats what comes after it',
    file: 'shared/ledger/words.ts',
    from: "'PROCESSING', 'ABNORMAL', 'CLOSED', 'SUCCESS'",
    to: "'PROCESSING', 'CLOSED', 'SUCCESS', 'ABNORMAL'",
  },
  {
    name: 'PROCESSING beats what comes after it',
    file: 'shared/ledger/words.ts',
    from: "'PROCESSING', 'ABNORMAL', 'CLOSED', 'SUCCESS'",
    to: "'ABNORMAL', 'CLOSED', 'SUCCESS', 'PROCESSING'",
  },
  {
    name: 'what we believe beats what WeChat says',
    file: 'shared/ledger/fold-refunds.ts',
    from: 'const status = state ?? reservation?.sending',
    to: 'const status = reservation?.sending ?? state',
  },
  {
    name: 'closed refund not given back',
    file: 'shared/ledger/fold-refunds.ts',
    from: "(status !== 'CLOSED' || causes.length > 0)",
    to: 'status.length > 0',
  },
  {
    name: 'refused refund not given back',
    file: 'shared/ledger/fold-refunds.ts',
    from: "status !== 'FAILED' && ",
    to: '',
  },
  {
    name: 'refused refund never FAILED',
    file: 'shared/ledger/sending.ts',
    from: "    sending: 'FAILED',",
    to: "    sending: 'UNKNOWN',",
  },
  {
    name: 'two refusals within minutes make a refund FAILED',
    file: 'shared/ledger/sending.ts',
    from: ' && now - reservation.refused_at >= REFUSALS_APART_MS',
    to: ' && now >= reservation.refused_at',
  },
  {
    name: 'the first refusal after an unknown outcome makes a refund FAILED',
    file: 'shared/ledger/sending.ts',
    from: 'if (first && !reservation.in_doubt) return true',
    to: 'if (first || reservation.in_doubt) return true',
  },
  {
    name: 'FAILED after an unknown outcome is not watched',
    file: 'shared/ledger/look-plan.ts',
    from: "const doubted = status === 'FAILED' && reservation?.in_doubt === true",
    to: "const doubted = status === 'FAILED' && reservation?.in_doubt === undefined",
  },
  {
    name: 'reservation takes nothing',
    file: 'shared/ledger/reservation.ts',
    from: "return amount > folded.refundable ? 'refund_exceeds_refundable' : undefined",
    to: 'return undefined',
  },
  {
    name: 'refund not reserved before the call',
    file: 'functions/refund/refund.ts',
    from: 'return { save, result: { order: save, refund, fresh: true } }',
    to: 'return { result: { order: save, refund, fresh: true } }',
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
    from: '    const told = await deps.wechat.queryRefund(',
    to: `    if (refund.status === 'UNKNOWN') throw new ChannelError('not_found', '', { certain: true })
    const told = await deps.wechat.queryRefund(`,
  },
  {
    name: 'a failure of an earlier send ends a later one',
    file: 'shared/ledger/sending.ts',
    from: 'const again = { attempt: attempt + 1, ',
    to: 'const again = { attempt, ',
  },
  {
    name: 'refund in flight not left alone',
    file: 'functions/sweep/drive-order.ts',
    from: 'now - attemptedAt(refund) >= REQUEST_OVER_MS',
    to: 'now >= refund.created_at',
  },
]
