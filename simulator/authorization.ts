/** Checks the `Authorization` header as WeChat does, in its order: shape, timestamp, merchant, serial, signature (doc merchant/4012365342). */
import { kindOf, verifyText } from '#shared/crypto/keys.ts'
import type { PublicKey } from '#shared/crypto/keys.ts'
import { CLOCK_TOLERANCE_SECONDS, requestMessage, SCHEMAS } from '#shared/wechat/trust/signature.ts'
import { ApiError } from './api-error.ts'

const PARAMETERS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Parameter = (typeof PARAMETERS)[number]

/** WeChat's transaction endpoints word some refusals differently from the others (seen on the live service). */
export type Dialect = 'transactions' | 'others'

export interface SignedRequest {
  readonly method: string
  /** Path with query exactly as received on the wire. */
  readonly url: string
  readonly body: Uint8Array
  readonly authorization: string | undefined
}

export interface Accepted {
  readonly mchid: string
  /** Finds the key of a merchant API certificate that is valid. */
  readonly findKey: (serial: string) => PublicKey | undefined
  /** Epoch ms. */
  readonly now: number
  readonly dialect: Dialect
}

/**
 * Checks a request's signature.
 *
 * @returns the public key of the merchant certificate that it was made with.
 * @throws ApiError 401 `SIGN_ERROR` with WeChat's message for what is wrong.
 */
export function checkAuthorization(
  request: SignedRequest,
  { mchid, findKey, now, dialect }: Accepted,
): PublicKey {
  const given = parse(request.authorization, dialect)
  const timestamp = Number(given.timestamp)
  if (Math.abs(Math.floor(now / 1000) - timestamp) > CLOCK_TOLERANCE_SECONDS) {
    throw signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟')
  }
  if (given.mchid !== mchid && dialect === 'transactions') throw signError('签名错误')
  const key = given.mchid === mchid ? findKey(given.serial_no) : undefined
  if (key === undefined) throw signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号')
  if (given.schema !== SCHEMAS[kindOf(key)]) throw signError('HTTP头Authorization认证类型不正确')
  const { method, url } = request
  const body = Buffer.from(request.body).toString('utf8')
  const message = requestMessage({ method, url, timestamp, nonce: given.nonce_str, body })
  if (!verifyText(key, Buffer.from(message, 'utf8'), given.signature)) {
    throw mismatch({ method, url, message, dialect })
  }
  return key
}

function parse(header: string | undefined, dialect: Dialect): Record<Parameter | 'schema', string> {
  const malformed = (): ApiError =>
    signError(
      dialect === 'transactions'
        ? '签名信息错误，验签失败'
        : 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》',
    )
  const space = header?.indexOf(' ') ?? -1
  if (header === undefined || space < 0) throw malformed()
  const schema = header.slice(0, space)
  if (!Object.values(SCHEMAS).includes(schema)) {
    throw dialect === 'transactions' ? malformed() : signError('HTTP头Authorization认证类型不正确')
  }
  // Commas and equal signs may stand among blanks (RFC 9110, 5.6.1 and 11.4), as SDKs in Go and PHP write them.
  const pairs = header
    .slice(space + 1)
    .split(',')
    .map((pair) => /^[ \t]*([a-z_]+)[ \t]*=[ \t]*"([^"\s]+)"[ \t]*$/.exec(pair))
  const values: Record<Parameter, string> = {
    mchid: '',
    nonce_str: '',
    signature: '',
    timestamp: '',
    serial_no: '',
  }
  for (const pair of pairs) {
    const name = PARAMETERS.find((known) => known === pair?.[1])
    if (name === undefined || values[name] !== '') throw malformed()
    values[name] = pair?.[2] ?? ''
  }
  if (pairs.length !== PARAMETERS.length || !/^[1-9]\d{0,10}$/.test(values.timestamp)) throw malformed()
  return { ...values, schema }
}

interface Mismatch {
  readonly method: string
  readonly url: string
  readonly message: string
  readonly dialect: Dialect
}

/** WeChat answers the message that it built itself, its body cut short, so that a merchant can compare. */
function mismatch({ method, url, message, dialect }: Mismatch): ApiError {
  const lines = message.split('\n')
  const body = lines.slice(4, -1).join('\n')
  const truncated = `${lines.slice(0, 4).join('\n')}\n${body.slice(0, 8)}\n`
  return new ApiError(401, 'SIGN_ERROR', dialect === 'transactions' ? '签名错误' : '错误的签名，验签失败', {
    reason: 268443699,
    detail: {
      field: 'signature',
      location: 'authorization',
      detail: { issue: 'sign not match' },
      sign_information: {
        method,
        url,
        truncated_sign_message: truncated,
        sign_message_length: Buffer.byteLength(message),
      },
    },
  })
}

function signError(message: string): ApiError {
  return new ApiError(401, 'SIGN_ERROR', message, { reason: 268443699 })
}
