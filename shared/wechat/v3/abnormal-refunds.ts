/** `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund` (doc merchant/4012810603). */
import { kindOf, sealField } from '#shared/crypto/keys.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { AbnormalApplication } from '#shared/orders/payment-channel.ts'
import type { WechatClient, WechatClientDeps } from '#shared/wechat/call/client.ts'
import { readAnswer, requireEqual } from '#shared/wechat/call/read-answer.ts'
import { sealingKeys } from '#shared/wechat/trust/sealing-key.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { parseRefund } from './resources.ts'

type SealingDeps = Pick<WechatClientDeps, 'keyRing' | 'signer' | 'clock'>

/** This half of the port. Sent once: nothing says that repeating it is harmless. */
export function createAbnormalRefunds(
  client: WechatClient,
  deps: SealingDeps,
): Pick<WechatPay, 'applyAbnormalRefund'> {
  return {
    async applyAbnormalRefund(application, { signal } = {}) {
      const { refundId, outRefundNo } = application
      const { body, serial } = await sealed(deps, application)
      const answer = await client.call({
        operation: 'abnormal_refund',
        method: 'POST',
        path: `/v3/refund/domestic/refunds/${encodeURIComponent(refundId)}/apply-abnormal-refund`,
        body: JSON.stringify(body),
        serial,
        repeatable: false,
        signal,
      })
      const refund = readAnswer(answer, parseRefund)
      requireEqual(answer, { field: 'out_refund_no', expected: outRefundNo, actual: refund.out_refund_no })
      requireEqual(answer, { field: 'refund_id', expected: refundId, actual: refund.refund_id })
      return refund
    },
  }
}

/** WeChat's pages ask for `Wechatpay-Serial` with sealed fields only; it is sent always. @throws ChannelError `not_sent` */
async function sealed({ keyRing, signer, clock }: SealingDeps, application: AbnormalApplication) {
  const { privateKey } = await available(signer)
  const [key] = sealingKeys(await available(keyRing), kindOf(privateKey), clock.now())
  if (key === undefined)
    throw new ChannelError('not_sent', 'no key of WeChat is valid to seal with', { certain: true })
  const { outRefundNo: out_refund_no, type } = application
  const { serial } = key
  if (type === 'MERCHANT_BANK_CARD') return { body: { out_refund_no, type }, serial }
  const bank_account = sealField(key.publicKey, application.bank_account)
  const real_name = sealField(key.publicKey, application.real_name)
  return { body: { out_refund_no, type, bank_type: application.bank_type, bank_account, real_name }, serial }
}

function available<Keys>(load: () => Promise<Keys>): Promise<Keys> {
  return load().catch((cause: unknown) => {
    throw new ChannelError('not_sent', 'the keys to seal with are not available', { certain: true, cause })
  })
}
