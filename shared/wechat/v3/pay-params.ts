/** What the payer's client needs to open WeChat with a `prepay_id` (doc merchant/4012365340, 4012365339). */
import { signSha256 } from '#shared/crypto/rsa.ts'
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

/** For `getBrandWCPayRequest`; a mini program passes the same to `wx.requestPayment`, without `appId`. */
export interface JsapiPayParams {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** For `PayReq` of the App SDK; iOS calls `packageValue` `package`. */
export interface AppPayParams {
  readonly appId: string
  readonly partnerId: string
  readonly prepayId: string
  readonly packageValue: 'Sign=WXPay'
  readonly nonceStr: string
  readonly timeStamp: string
  readonly sign: string
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
    paySign: signSha256(signer.privateKey, payMessage(input, packed)),
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
    sign: signSha256(signer.privateKey, payMessage(input, input.prepayId)),
  }
}
