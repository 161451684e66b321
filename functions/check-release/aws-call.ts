/** A signed call of an AWS API: two calls a release do not deserve two more SDK clients in the bundle. */
import { RELEASE_CALL_MS } from '#shared/time-limits.ts'

export interface AwsRequest {
  /** As in the credential scope: `lambda`. */
  readonly service: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface AwsAnswer {
  readonly headers: Headers
  readonly text: string
}

/** Gives the headers of the signed request. */
type Sign = (request: AwsRequest & { readonly method: string }) => Promise<Record<string, string>>

/** Creates the caller. A call fails with an Error that names service, status and nothing of the answer. */
export function createAwsCall(sign: Sign) {
  return async (request: AwsRequest): Promise<AwsAnswer> => {
    const answer = await fetch(request.url, {
      method: 'POST',
      headers: await sign({ ...request, method: 'POST' }),
      body: request.body,
      signal: AbortSignal.timeout(RELEASE_CALL_MS),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${request.service} answered ${answer.status}`)
    return { headers: answer.headers, text }
  }
}
