/** What a page or an app hands to the WeChat client: read as each SDK spells it (`prepayId`, `prepayid`, `packageVal`, …), and checked. */
import { verifySha256 } from '#shared/crypto/rsa.ts'
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'
import type { Keys } from './keys.ts'

export interface PayParameters {
  /** Absent where the client knows its own: a mini program, and an App that registered with it. */
  readonly appId: string | undefined
  /** App only. */
  readonly partnerId: string | undefined
  readonly timeStamp: string
  readonly nonceStr: string
  readonly prepayId: string
  /** The last line of what was signed. */
  readonly signed: string
  readonly signature: string
}

/** Every spelling in lower case, and the name that the rest of this file knows it by. */
const NAMES: Readonly<Record<string, string>> = {
  appid: 'appId',
  partnerid: 'partnerId',
  prepayid: 'prepayId',
  timestamp: 'timeStamp',
  noncestr: 'nonceStr',
  packagevalue: 'package',
  packageval: 'package',
  signtype: 'signType',
  paysign: 'paySign',
}

const anything = v.record(v.string(), v.unknown())
const common = { appId: v.optional(v.string()), timeStamp: v.string(), nonceStr: v.string() }
const jsapi = v.object({
  ...common,
  package: v.pipe(v.string(), v.regex(/^prepay_id=./, 'expected prepay_id=…')),
  signType: v.literal('RSA'),
  paySign: v.string(),
})
const app = v.object({
  ...common,
  partnerId: v.string(),
  prepayId: v.string(),
  package: v.literal('Sign=WXPay'),
  sign: v.string(),
})

/** Parameters of a JSAPI, mini program or App payment. @throws ControlError naming what is missing or twice. */
export function readPayParameters(body: unknown): PayParameters {
  const given = withOneSpelling(parseControl(anything, body))
  if ('prepayId' in given) {
    const { prepayId, sign, ...rest } = parseControl(app, given)
    return { ...rest, appId: rest.appId, prepayId, signed: prepayId, signature: sign }
  }
  const { package: packed, paySign, ...rest } = parseControl(jsapi, given)
  return {
    ...rest,
    appId: rest.appId,
    partnerId: undefined,
    prepayId: packed.replace('prepay_id=', ''),
    signed: packed,
    signature: paySign,
  }
}

function withOneSpelling(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    const known = NAMES[name.toLowerCase()] ?? name
    if (Object.hasOwn(read, known))
      throw new ControlError(400, 'bad_request', `${name} is given in two spellings`)
    read[known] = value
  }
  return read
}

export interface Expected {
  /** Any of them may have signed in: a service provider's, or its sub-merchant's. */
  readonly appIds: readonly string[]
  readonly partnerIds: readonly string[]
}

/** Checks the parameters as the WeChat client does. @throws ControlError with what it would show. */
export function checkPayParameters(given: PayParameters, expected: Expected, { merchant }: Keys): void {
  const { appId, partnerId } = given
  if (partnerId !== undefined && !expected.partnerIds.includes(partnerId))
    throw new ControlError(409, 'partner_mismatch', 'partnerId is not the mchid')
  const isSigned = (appId === undefined ? expected.appIds : [appId]).some((signedAppId) => {
    const message = Buffer.from(`${signedAppId}\n${given.timeStamp}\n${given.nonceStr}\n${given.signed}\n`)
    return merchant.some(({ publicKey }) => verifySha256(publicKey, message, given.signature))
  })
  if (!isSigned) {
    throw new ControlError(
      409,
      'pay_sign',
      'the payment parameters are not signed by the merchant (支付验证签名失败)',
    )
  }
  if (appId !== undefined && !expected.appIds.includes(appId))
    throw new ControlError(409, 'appid_mismatch', 'the order was placed under another appid')
}
