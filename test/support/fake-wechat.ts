/** WeChat Pay for unit tests of the operations: every method fails until the test says what it answers; calls are recorded. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'
import { refundBody } from '#shared/wechat/v3/refunds.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'

export interface FakeWechat extends WechatPay {
  readonly calls: Array<readonly [string, ...unknown[]]>
}

export function fakeWechat(answers: Partial<WechatPay>): FakeWechat {
  const calls: Array<readonly [string, ...unknown[]]> = []
  const method =
    (name: keyof WechatPay) =>
    async (...args: unknown[]): Promise<never> => {
      calls.push([
        name,
        ...args.filter((arg) => !(typeof arg === 'object' && arg !== null && 'signal' in arg)),
      ])
      const answer = answers[name] as ((...given: unknown[]) => Promise<never>) | undefined
      if (answer === undefined) throw new Error(`the test does not expect ${name}`)
      return answer(...args)
    }
  return {
    calls,
    prepay: method('prepay'),
    queryOrder: method('queryOrder'),
    queryTransaction: method('queryTransaction'),
    closeOrder: method('closeOrder'),
    refundBody,
    createRefund: method('createRefund'),
    queryRefund: method('queryRefund'),
    applyAbnormalRefund: method('applyAbnormalRefund'),
    unfreeze: method('unfreeze'),
    unsplitAmount: method('unsplitAmount'),
    downloadCertificates: method('downloadCertificates'),
  }
}

/** Fails a call the way WeChat or the network would. */
export function failing(
  code: ChannelErrorCode,
  details: Partial<ConstructorParameters<typeof ChannelError>[2]> = {},
) {
  return async (): Promise<never> => {
    throw new ChannelError(code, code, { certain: false, ...details })
  }
}
