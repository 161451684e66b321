/** A call of an AWS API signed with Signature V4: two calls a release do not deserve two more SDK clients in the bundle. */
import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { RELEASE_CALL_MS } from '#shared/time-limits.ts'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface AwsCallDeps {
  readonly region: string
  readonly credentials: AwsCredentials
  readonly clock: Clock
}

export interface AwsRequest {
  /** As in the credential scope: `lambda`. */
  readonly service: string
  /** The path must need no percent-encoding. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface AwsAnswer {
  readonly headers: Headers
  readonly text: string
}

/** Creates the caller. A call fails with an Error that names service, status and nothing of the answer. */
export function createAwsCall(deps: AwsCallDeps) {
  return async (request: AwsRequest): Promise<AwsAnswer> => {
    const answer = await fetch(request.url, {
      method: 'POST',
      headers: signedHeaders(deps, request),
      body: request.body,
      signal: AbortSignal.timeout(RELEASE_CALL_MS),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${request.service} answered ${answer.status}`)
    return { headers: answer.headers, text }
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signedHeaders(
  { region, credentials, clock }: AwsCallDeps,
  { service, url, headers, body }: AwsRequest,
): Record<string, string> {
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const { sessionToken } = credentials
  const signed: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const all = Object.entries({ ...signed, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = all.map(([name]) => name).join(';')
  const lines = all.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  url.searchParams.sort()
  const canonical = ['POST', url.pathname, url.search.slice(1), lines, names, sha256(body)].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${credentials.secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
