/** Signs answers and notifications as WeChat does, and wrongly on command. */
import { kindOf } from '#shared/crypto/keys.ts'
import { SCHEMAS, signAnswer } from '#shared/wechat/trust/signature.ts'
import type { Signer } from './keys.ts'

export interface SigningMoment {
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly nonce: string
}

/** The `Wechatpay-*` headers of a body. */
export function platformHeaders(
  signer: Signer,
  body: Uint8Array,
  { timestamp, nonce }: SigningMoment,
): Record<string, string> {
  return {
    'Wechatpay-Timestamp': String(timestamp),
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signAnswer(signer.privateKey, { timestamp: String(timestamp), nonce, body }),
    'Wechatpay-Serial': signer.serial,
    'Wechatpay-Signature-Type': SCHEMAS[kindOf(signer.privateKey)],
  }
}

/** A deliberately wrong signature that WeChat sends now and then to see whether it is noticed (doc merchant/4013053249). */
export function asProbe(headers: Record<string, string>): Record<string, string> {
  return {
    ...headers,
    'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']?.slice(19) ?? ''}`,
  }
}
