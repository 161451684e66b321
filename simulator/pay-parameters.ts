/** Reads what a page or an app hands to the WeChat client, as each SDK spells it: `prepayId`, `prepayid`, `packageVal`, … */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'

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
