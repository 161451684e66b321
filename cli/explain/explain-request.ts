/** Says precisely why WeChat would refuse the signature of a captured request of ours (`401 SIGN_ERROR`). */
import { createHash } from 'node:crypto'
import { asRsa, loadCertificate } from '#shared/crypto/keys.ts'
import { recoverDigest } from '#shared/wechat/explain/recover-digest.ts'
import { expectedMessage, findSignedMessage } from '#shared/wechat/explain/signed-message.ts'
import { AUTHORIZATION_SCHEMA, CLOCK_TOLERANCE_SECONDS } from '#shared/wechat/trust/signature.ts'
import { explainBase64 } from './explain-base64.ts'
import type { Explanation } from './explain-signature.ts'
import type { Finding } from './finding.ts'
import { normalSerial } from '#cli/setup/merchant-keys.ts'
import { timeText } from '#cli/terminal/output.ts'

export interface CapturedRequest {
  readonly method: string
  /** As in the request line: path and query. */
  readonly url: string
  readonly authorization: string
  readonly body: Buffer
}

interface Merchant {
  /** Undefined when it is not known which merchant it should be. */
  readonly mchid?: string | undefined
  readonly certificatePem: string
}

const FIELDS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Fields = Partial<Record<(typeof FIELDS)[number], string>>

/** Explains a request. @param now when it was sent, epoch ms. */
export function explainRequest(request: CapturedRequest, merchant: Merchant, now: number): Explanation {
  const [, schema = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(request.authorization) ?? []
  const fields: Fields = Object.fromEntries(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
  const findings = [
    ...(schema === AUTHORIZATION_SCHEMA
      ? []
      : [
          made(
            'header',
            `Authorization does not begin with ${AUTHORIZATION_SCHEMA}`,
            'write the schema, one blank, then the five fields',
          ),
        ]),
    ...FIELDS.filter((name) => fields[name] === undefined).map((name) =>
      made('header', `Authorization has no ${name}="…"`, `it needs ${FIELDS.join(', ')}, in double quotes`),
    ),
    ...identity(fields, merchant),
    ...clock(fields.timestamp, now),
    ...(fields.signature === undefined
      ? []
      : signature(request, { fields, merchant, value: fields.signature })),
  ]
  return { verified: findings.length === 0, findings }
}

function identity({ mchid, serial_no: serial }: Fields, merchant: Merchant): readonly Finding[] {
  const own = loadCertificate(merchant.certificatePem).serial
  return [
    ...(mchid === undefined || merchant.mchid === undefined || mchid === merchant.mchid
      ? []
      : [
          made(
            'header',
            `mchid is ${mchid}, and the stack serves ${merchant.mchid}`,
            'name the merchant that owns the certificate',
          ),
        ]),
    ...(serial === undefined || serial === own
      ? []
      : [
          made(
            'serial',
            normalSerial(serial) === own
              ? 'serial_no is not in capitals without separators'
              : `serial_no is not that of the merchant certificate, ${own}`,
            "write the serial of the merchant's own API certificate (wxpay certs), never WeChat's or a PUB_KEY_ID_",
          ),
        ]),
  ]
}

function clock(timestamp: string | undefined, now: number): readonly Finding[] {
  if (timestamp === undefined) return []
  const remedy =
    "set the sender's clock by NTP and sign every try anew; for a capture, say when it was sent with --at"
  if (!/^[1-9]\d{0,10}$/.test(timestamp))
    return [made('clock', 'timestamp is not in seconds since 1970', remedy)]
  const apart = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  if (apart <= CLOCK_TOLERANCE_SECONDS) return []
  return [
    made(
      'clock',
      `it was signed at ${timeText(Number(timestamp) * 1000)}, ${apart} s from ${timeText(now)}; ${CLOCK_TOLERANCE_SECONDS} s are allowed`,
      remedy,
    ),
  ]
}

interface Signed {
  readonly fields: Fields
  readonly merchant: Merchant
  readonly value: string
}

function signature(request: CapturedRequest, { fields, merchant, value }: Signed): readonly Finding[] {
  const { findings, bytes } = explainBase64(value)
  const recovered =
    bytes === undefined
      ? undefined
      : recoverDigest(asRsa(loadCertificate(merchant.certificatePem).publicKey, 'merchant key'), bytes)
  if (bytes === undefined) return findings
  if (recovered === undefined) {
    return [
      ...findings,
      made(
        'key',
        'it was not signed with the private key of the merchant certificate',
        'sign with apiclient_key.pem of the same download as the certificate; wxpay setup checks the pair',
      ),
    ]
  }
  if (recovered.algorithm !== 'sha256') {
    return [
      ...findings,
      made('signature', `it was made over a ${recovered.algorithm} hash`, 'sign with RSA and SHA-256'),
    ]
  }
  return [...findings, ...message(request, fields, recovered.digest)]
}

function message({ method, url, body }: CapturedRequest, fields: Fields, digest: string): readonly Finding[] {
  const { timestamp = '', nonce_str: nonce = '' } = fields
  const request = { method, url, timestamp, nonce, body }
  if (createHash('sha256').update(expectedMessage(request)).digest('hex') === digest) return []
  return [
    made(
      'message',
      findSignedMessage(request, digest)?.problem ??
        'the key is right, but method, URL, timestamp, nonce or body is not what was signed, and none of the usual changes explains it',
      'build URL and body once, sign exactly these, and send exactly these; wxpay sign shows the message',
    ),
  ]
}

function made(element: Finding['element'], problem: string, remedy: string): Finding {
  return { element, problem, remedy }
}
