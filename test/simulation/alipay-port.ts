/** Alipay as one invocation sees it: the real calls over a gateway that loses requests and answers. */
import type { Gateway } from '#shared/alipay/gateway.ts'
import { createPayments } from '#shared/alipay/payments.ts'
import { createRefunds } from '#shared/alipay/refunds.ts'
import type { AlipayOperation } from '#shared/alipay/refusals.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { AlipayMethod, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP } from './alipay-app.ts'
import { alipayAnswer } from './alipay-gateway.ts'
import type { AlipayModel } from './alipay-model.ts'
import { channelFailure, patience } from './channel-call.ts'
import type { Weather } from './channel-call.ts'
import { WECHAT_READ_FAULTS, WECHAT_WRITE_FAULTS } from './faults.ts'
import type { Invocation, Runtime } from './invocation.ts'
import type { State } from './state.ts'

export interface AlipayPortOptions extends Weather {
  readonly state: State
  readonly model: AlipayModel
  readonly runtime: Runtime
  readonly now: () => number
}

const WRITES: ReadonlySet<AlipayOperation> = new Set(['precreate', 'close', 'refund'])
/** States that nobody knows are told elsewhere. */
const UNWATCHED = () => {}

export function alipayPort(
  { state, model, runtime, delays, away, now }: AlipayPortOptions,
  invocation: Invocation,
): PaymentChannel<AlipayMethod> {
  const gateway: Gateway = {
    appId: ALIPAY_APP,
    async call(call) {
      const { operation } = call
      const { requestMs, answerMs } = delays()
      if (requestMs > 0) await runtime.pause(invocation, requestMs)
      const faults = WRITES.has(operation) ? WECHAT_WRITE_FAULTS : WECHAT_READ_FAULTS
      const limitMs = patience(invocation, now())
      const point = { label: `alipay.${operation}`, faults, error: channelFailure, answerMs, limitMs }
      return runtime.call(invocation, point, async () => {
        if (away()) throw channelFailure('server-error')
        return alipayAnswer(model, call)
      })
    },
    parametersFor: () => Promise.reject(new Error('clients of payers are not modelled')),
  }
  const refunds = createRefunds(gateway, UNWATCHED)
  const sends = state.refundSends.alipay
  return {
    ...createPayments(gateway, { appId: ALIPAY_APP, account: ALIPAY_ACCOUNT }, UNWATCHED),
    ...refunds,
    async createRefund(body, options) {
      sends.sending(body, invocation)
      try {
        return await refunds.createRefund(body, options)
      } catch (error) {
        if (error instanceof ChannelError && error.wechatCode === 'ACQ.SELLER_BALANCE_NOT_ENOUGH')
          sends.refused(body)
        throw error
      } finally {
        sends.answered(body)
      }
    },
    async queryRefund(number, options) {
      try {
        return await refunds.queryRefund(number, options)
      } catch (error) {
        if (error instanceof ChannelError && error.code === 'not_found') sends.notKnown(number)
        throw error
      }
    },
  }
}
