/** WeChat Pay as one invocation sees it: the model behind a network that loses requests and answers. */
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { refundBody } from '#shared/wechat/v3/refunds.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { channelFailure, patience } from './channel-call.ts'
import type { Weather } from './channel-call.ts'
import { WECHAT_READ_FAULTS, WECHAT_WRITE_FAULTS } from './faults.ts'
import type { Fault } from './faults.ts'
import type { Invocation, Runtime } from './invocation.ts'
import type { Keys } from './keys.ts'
import type { State } from './state.ts'
import type { WechatModel } from './wechat-model.ts'

export interface WechatPortOptions extends Weather {
  readonly state: State
  readonly keys: Keys
  readonly model: WechatModel
  readonly runtime: Runtime
  readonly keyRing: () => Promise<KeyRing>
  readonly now: () => number
}

export function wechatPort(options: WechatPortOptions, invocation: Invocation): WechatPay {
  const { state, model, runtime, keys } = options

  async function call<Result>(
    label: string,
    faults: readonly Fault[],
    effect: () => Result,
  ): Promise<Result> {
    const ring = await options.keyRing()
    const { requestMs, answerMs } = options.delays()
    if (requestMs > 0) await runtime.pause(invocation, requestMs)
    const result = await runtime.call(
      invocation,
      {
        label: `wechat.${label}`,
        faults,
        error: channelFailure,
        answerMs,
        limitMs: patience(invocation, options.now()),
      },
      async () => {
        if (options.away()) throw channelFailure('server-error')
        return effect()
      },
    )
    if (ring.find(keys.serial(state.wechatKeys.signer), options.now()) === undefined)
      throw channelFailure('unverifiable')
    return result
  }

  return {
    prepay: (_method, body) =>
      call(`prepay ${body.out_trade_no}`, WECHAT_WRITE_FAULTS, () => model.prepay(body)),
    queryOrder: (number) => call(`queryOrder ${number}`, WECHAT_READ_FAULTS, () => model.transaction(number)),
    queryTransaction: (id) =>
      call(`queryTransaction ${id}`, WECHAT_READ_FAULTS, () => {
        const order = [...model.orders.values()].find(({ transactionId }) => transactionId === id)
        return model.transaction(order?.number ?? '')
      }),
    applyAbnormalRefund: async () => Promise.reject(new Error('bank cards are not modelled')),
    unfreeze: async () => Promise.reject(new Error('profit sharing is not modelled')),
    unsplitAmount: async () => Promise.reject(new Error('profit sharing is not modelled')),
    closeOrder: (number) => call(`closeOrder ${number}`, WECHAT_WRITE_FAULTS, () => model.close(number)),
    refundBody,
    async createRefund(body) {
      state.refundSends.wechat.sending(body, invocation)
      try {
        return await call('createRefund', WECHAT_WRITE_FAULTS, () => model.takeRefund(body))
      } catch (error) {
        if (error instanceof ChannelError && error.wechatCode === 'NOT_ENOUGH')
          state.refundSends.wechat.refused(body)
        throw error
      } finally {
        state.refundSends.wechat.answered(body)
      }
    },
    async queryRefund(number) {
      try {
        return await call(`queryRefund ${number}`, WECHAT_READ_FAULTS, () => model.refund(number))
      } catch (error) {
        if (error instanceof ChannelError && error.code === 'not_found')
          state.refundSends.wechat.notKnown(number)
        throw error
      }
    },
    downloadCertificates: () =>
      runtime.call(
        invocation,
        { label: 'wechat.downloadCertificates', faults: WECHAT_READ_FAULTS, error: channelFailure },
        async () =>
          state.wechatKeys.listed.map((generation) => {
            const { serial, pem } = keys.records[generation]!
            return { serial_no: serial, pem }
          }),
      ),
  }
}
