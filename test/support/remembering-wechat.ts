/** WeChat as it is to repeats: a refund number is one refund, however often it is asked for. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fakeWechat } from './fake-wechat.ts'
import { notPaid, told } from './sweeping.ts'

export function rememberingWechat() {
  const refunds = new Map<string, ChannelRefund>()
  /** What was ever asked under each number: more than one is more than one refund. */
  const contents = new Map<string, Set<string>>()
  const wechat = fakeWechat({
    prepay: async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }),
    queryOrder: async () => notPaid,
    closeOrder: async () => {},
    createRefund: async (body) => {
      const { out_refund_no, amount } = JSON.parse(body) as Pick<ChannelRefund, 'out_refund_no' | 'amount'>
      contents.set(out_refund_no, (contents.get(out_refund_no) ?? new Set()).add(body))
      const refund = refunds.get(out_refund_no) ?? { ...told, out_refund_no, amount }
      refunds.set(out_refund_no, refund)
      return refund
    },
    queryRefund: async (out_refund_no) => {
      const known = refunds.get(out_refund_no)
      if (known !== undefined) return known
      throw new ChannelError('not_found', 'no such refund', { certain: true, httpStatus: 404 })
    },
  })
  return { wechat, refunds, contents }
}
