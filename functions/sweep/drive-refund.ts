/** Brings an open refund on: query first; only when WeChat does not know it, the same bytes under the same number again. */
import { withResend } from '#shared/ledger/sending.ts'
import { changed } from '#shared/orders/changed.ts'
import { attemptedAt, isDoubted, isWaiting, refundOf } from '#shared/orders/order.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import { submitRefund } from '#shared/refunds/submit-refund.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { driveApproval } from './drive-approval.ts'
import type { DriveDeps, OpenRefund } from './drive-deps.ts'

/** A refund whose outcome is unknown for longer is worth an alarm. */
const WORRYING_MS = 15 * 60_000

/** @returns whether the refund was sent again. */
export async function driveRefund(
  deps: DriveDeps,
  { order, refund, maySend }: OpenRefund,
  call: CallOptions,
): Promise<boolean> {
  if (refund.approval !== undefined && refund.approval.state !== 'refused')
    return driveApproval(deps, { order, refund, maySend }, call)
  const fields = { out_trade_no: order.out_trade_no, out_refund_no: refund.out_refund_no }
  const waits = isWaiting(refund)
  if (waits && deps.clock.now() - attemptedAt(refund) > WORRYING_MS) deps.metrics.put('RefundsUnknown')
  try {
    const told = await deps.channel.queryRefund(refund.out_refund_no, {
      ...call,
      outTradeNo: order.out_trade_no,
    })
    const learned = await learnRefund(deps, order, { told, source: 'query' })
    // The amount was given back and may be refunded already: a person has to know.
    if (isDoubted(refund))
      deps.logger.error('REFUND_NOT_FAILED', { ...fields, outcome: learned.refund.status })
    else deps.logger.info('REFUND_QUERIED', { ...fields, outcome: learned.refund.status })
    return false
  } catch (error) {
    if (!(error instanceof ChannelError) || error.code !== 'not_found') throw error
  }
  if (isDoubted(refund)) return false
  // Only what still waits for an answer may be sent: WeChat knew the others once, and a number is never used for a second refund.
  if (!waits || refund.request === undefined) {
    deps.logger.error('REFUND_VANISHED', fields)
    return false
  }
  const again = maySend ? await resend(deps, { order, refund }) : undefined
  if (again === undefined) return false
  const sent = await submitRefund(deps, { ...again, first: false }, call)
  deps.metrics.put('RefundsSentAgain')
  const refusal = sent.refund.failure_code ?? sent.refund.refused_code
  deps.logger.info('REFUND_SENT_AGAIN', {
    ...fields,
    outcome: sent.refund.status,
    ...(refusal === undefined ? {} : { wechat_code: refusal }),
  })
  return true
}

/** Decided at the last moment: whoever holds an order, or pauses refunds, wants the money to stay. @returns undefined when it must not be sent */
async function resend(
  deps: DriveDeps,
  { order, refund }: Pick<OpenRefund, 'order' | 'refund'>,
): Promise<Pick<OpenRefund, 'order' | 'refund'> | undefined> {
  const { out_refund_no } = refund
  if (await deps.switches.isOn('refunds')) return undefined
  return updateOrder(deps, order.order_key, (current) => {
    const now = deps.clock.now()
    const books = current && withResend(current.books, out_refund_no, now)
    if (current === undefined || books === undefined) return { result: undefined }
    const save = changed(current, { books }, now)
    const sending = refundOf(save, out_refund_no)
    return { save, result: sending && { order: save, refund: sending } }
  })
}
