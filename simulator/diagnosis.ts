/** Finds out why a merchant's signature was refused, which WeChat knows and does not tell. */
import { createHash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { normalSerial, sameSerial } from '#shared/crypto/serial.ts'
import { recoverDigest } from '#shared/wechat/explain/recover-digest.ts'
import { expectedMessage, findSignedMessage } from '#shared/wechat/explain/signed-message.ts'
import { AUTHORIZATION_SCHEMA, CLOCK_TOLERANCE_SECONDS, SCHEMAS } from '#shared/wechat/trust/signature.ts'

export interface KnownMerchant {
  readonly mchid: string
  readonly certificates: readonly { readonly serial: string; readonly publicKey: KeyObject }[]
  /** Serials that are WeChat's, which merchants take for their own. */
  readonly platformSerials: readonly string[]
}

export interface RefusedRequest {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: Buffer
}

export interface Diagnosis {
  /** One sentence that holds serials and counts, never a body or a signature. */
  readonly problem: string
  /** Both from 1; lines end with a newline, columns count characters. */
  readonly differsAt?: { readonly line: number; readonly column: number }
  /** The message that was signed, where it is known. */
  readonly signed?: Buffer
}

/** From a signature of SM2 nobody can tell what it was made over. */
const SM2_PROBLEM =
  'it was refused under SM2: compare serial_no (start with --sm2), the private key, the id 1234567812345678, DER in base64, and the five lines that are signed'

const FIELDS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Fields = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>

/** The fields of `Authorization` that can be made out, whatever else is wrong with it. */
export function authorizationFields(authorization: string | undefined): Fields {
  const pairs = [...(authorization ?? '').matchAll(/(\w+)[ \t]*=[ \t]*"([^"]*)"/g)]
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]))
}

/** Says what is wrong first. @param now epoch ms. */
export function diagnose(request: RefusedRequest, merchant: KnownMerchant, now: number): Diagnosis {
  const { authorization } = request
  if (authorization === undefined) return { problem: 'there is no Authorization header' }
  if (authorization.startsWith(`${SCHEMAS.sm2} `)) return { problem: SM2_PROBLEM }
  if (!authorization.startsWith(`${AUTHORIZATION_SCHEMA} `)) {
    return { problem: `Authorization does not begin with ${AUTHORIZATION_SCHEMA} and a blank` }
  }
  const fields = authorizationFields(authorization)
  const missing = FIELDS.filter((name) => (fields[name] ?? '') === '')
  if (missing.length > 0) return { problem: `Authorization has no ${missing.join(', no ')}` }
  const problem = clockProblem(fields, now) ?? ownerProblem(fields, merchant)
  return problem === undefined ? signatureProblem(request, fields, merchant) : { problem }
}

function clockProblem({ timestamp = '' }: Fields, now: number): string | undefined {
  if (!/^[1-9]\d{0,10}$/.test(timestamp)) return 'timestamp is not in seconds since 1970'
  const apart = Math.floor(now / 1000) - Number(timestamp)
  if (Math.abs(apart) <= CLOCK_TOLERANCE_SECONDS) return undefined
  const side = apart > 0 ? 'behind' : 'ahead of'
  return `timestamp is ${Math.abs(apart)} s ${side} this machine's clock, and ${CLOCK_TOLERANCE_SECONDS} s are allowed: sign every try anew`
}

function ownerProblem(
  { mchid, serial_no: serial = '' }: Fields,
  { mchid: own, certificates, platformSerials }: KnownMerchant,
): string | undefined {
  if (mchid !== own) return `mchid is not ${own}, which this simulator serves (--mchid)`
  const isSerial = (known: string): boolean => sameSerial(known, serial)
  if (certificates.some((certificate) => isSerial(certificate.serial))) return undefined
  const known = certificates.map((certificate) => certificate.serial).join(', ')
  return platformSerials.some(isSerial)
    ? `serial_no is WeChat's own; it has to be that of the merchant API certificate, ${known}`
    : `serial_no is not that of the merchant API certificate, ${known}`
}

function signatureProblem(request: RefusedRequest, fields: Fields, merchant: KnownMerchant): Diagnosis {
  const { signature = '', serial_no: serial = '', timestamp = '', nonce_str: nonce = '' } = fields
  const bytes = Buffer.from(signature, 'base64')
  const makers = merchant.certificates.flatMap((certificate) => {
    const made = recoverDigest(certificate.publicKey, bytes)
    return made === undefined ? [] : [{ ...made, serial: certificate.serial }]
  })
  const maker = makers.find((candidate) => sameSerial(candidate.serial, serial)) ?? makers[0]
  if (maker === undefined) {
    const size = (merchant.certificates[0]?.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    return {
      problem:
        bytes.length === size
          ? `it was not signed with the private key of certificate ${normalSerial(serial)} (apiclient_key.pem)`
          : `the signature is not base64 of ${size} bytes but of ${bytes.length}`,
    }
  }
  if (!sameSerial(maker.serial, serial)) {
    return {
      problem: `it was signed with the key of ${maker.serial}, and serial_no names another certificate`,
    }
  }
  if (maker.algorithm !== 'sha256') {
    return {
      problem: `it was made over ${maker.algorithm === 'other' ? 'another kind of hash' : `a hash of ${maker.algorithm}`}; sign with RSA and SHA-256`,
    }
  }
  return messageProblem({ ...request, timestamp, nonce }, maker.digest)
}

function messageProblem(request: Parameters<typeof findSignedMessage>[0], digest: string): Diagnosis {
  const expected = expectedMessage(request)
  if (createHash('sha256').update(expected).digest('hex') === digest) {
    return { problem: 'the signature fits; something else of Authorization was refused' }
  }
  const found = findSignedMessage(request, digest)
  if (found === undefined) {
    return {
      problem:
        'the key is right, but method, URL, timestamp, nonce or body is not what was signed, and none of the usual mistakes explains it',
    }
  }
  return {
    problem: found.problem,
    signed: found.message,
    differsAt: firstDifference(expected, found.message),
  }
}

/** Where two different messages part, in the words of an editor. */
export function firstDifference(
  expected: Buffer,
  signed: Buffer,
): { readonly line: number; readonly column: number } {
  const at = expected.findIndex((byte, index) => byte !== signed[index])
  const same = expected.subarray(0, at === -1 ? expected.length : at).toString('utf8')
  // Where they part inside of a character, the half of it that is the same is none.
  const lines = same.replace(/\uFFFD$/, '').split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
