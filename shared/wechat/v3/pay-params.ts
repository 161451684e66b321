/** What the payer's client needs to open WeChat with a `prepay_id` (doc merchant/4012365340, 4012365339). */
import type { KeyObject } from 'node:crypto'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { AppError } from '#shared/errors.ts'
import type { AppPayParams, JsapiPayParams } from '#shared/orders/payment-channel.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'

export interface PayParamsInput {
  /** The appid of the prepay call. */
  readonly appid: string
  readonly prepayId: string
  /** Seconds since the epoch; make it fresh each time. */
  readonly timestamp: number
  /** At most 32 characters; fresh each time. */
  readonly nonce: string
}

/** The message of client pay parameters: four lines; `last` is `prepay_id=…` for JSAPI and the bare id for App. */
export function payMessage(
  { appid, timestamp, nonce }: Omit<PayParamsInput, 'prepayId'>,
  last: string,
): string {
  return `${appid}\n${timestamp}\n${nonce}\n${last}\n`
}

/** Signs the parameters of a JSAPI or mini program payment. */
export function jsapiPayParams(signer: MerchantSigner, input: PayParamsInput): JsapiPayParams {
  const packed = `prepay_id=${input.prepayId}`
  return {
    appId: input.appid,
    timeStamp: String(input.timestamp),
    nonceStr: input.nonce,
    package: packed,
    signType: 'RSA',
    paySign: signSha256(clientKey(signer), payMessage(input, packed)),
  }
}

/** Signs the parameters of an App payment. */
export function appPayParams(signer: MerchantSigner, input: PayParamsInput): AppPayParams {
  return {
    appId: input.appid,
    partnerId: signer.mchid,
    prepayId: input.prepayId,
    packageValue: 'Sign=WXPay',
    nonceStr: input.nonce,
    timeStamp: String(input.timestamp),
    sign: signSha256(clientKey(signer), payMessage(input, input.prepayId)),
  }
}

/** WeChat's clients know `RSA` and no other `signType`: where SM2 signs the calls, a key of RSA signs for the payer. @throws AppError */
function clientKey({ privateKey, clientKey: own }: MerchantSigner): KeyObject {
  if (own !== undefined) return own
  if (privateKey.asymmetricKeyType !== 'sm2') return privateKey
  throw new AppError(
    'config_invalid',
    'merchant-signing has an SM2 key and no client_private_key: JSAPI and App payments need one of RSA',
  )
}
