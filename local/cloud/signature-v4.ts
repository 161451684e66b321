/**
 * Verification of AWS Signature Version 4 in the Authorization header, as API Gateway does it for routes behind IAM, and Lambda.
 * Source: "Create a signed AWS API request" (AWS IAM User Guide), checked against the SDK's signer in the tests.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Credentials } from './service-endpoints.ts'

export interface SignedRequest {
  readonly method: string
  /** As sent, before the query, still percent-encoded. */
  readonly rawPath: string
  readonly rawQuery: string
  /** Lower-case names; values of a repeated header joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface VerifyOptions {
  readonly credentials: Credentials
  readonly region: string
  readonly service: 'execute-api' | 'lambda'
  readonly nowMs: number
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;_-]+),\s*Signature=([0-9a-f]{64})$/
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const MAX_SKEW_MS = 5 * 60_000

/** Whether the request was signed with these credentials, for this region and service, within 5 minutes of now. */
export function isSigned(request: SignedRequest, options: VerifyOptions): boolean {
  const { credentials, region, service, nowMs } = options
  const [, accessKeyId, day = '', signedRegion, signedService, signedHeaders = '', signature = ''] =
    AUTHORIZATION.exec(request.headers['authorization'] ?? '') ?? []
  const date = request.headers['x-amz-date'] ?? ''
  const signedAtMs = Date.parse(date.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z'))
  const names = signedHeaders.split(';')
  const payloadHash = sha256(request.body)
  const statedHash = request.headers['x-amz-content-sha256'] ?? payloadHash
  const plausible =
    accessKeyId === credentials.accessKeyId &&
    signedRegion === region &&
    signedService === service &&
    date.startsWith(day) &&
    Math.abs(signedAtMs - nowMs) <= MAX_SKEW_MS &&
    statedHash === payloadHash &&
    ['host', 'x-amz-date'].every((name) => names.includes(name))
  if (!plausible) return false
  const scope = `${day}/${region}/${service}/aws4_request`
  const canonical = canonicalRequest(request, names, payloadHash)
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce(
    (secret: Buffer, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))
}

function canonicalRequest(request: SignedRequest, names: readonly string[], payloadHash: string): string {
  const headers = names.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`,
  )
  return [
    request.method,
    // Encoded a second time, for every service but S3.
    encode(request.rawPath).replaceAll('%2F', '/'),
    canonicalQuery(request.rawQuery),
    headers.join(''),
    names.join(';'),
    payloadHash,
  ].join('\n')
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return ''
  return rawQuery
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, value.join('=')].map((part) => encode(decode(part))).join('=')
    })
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&')
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
