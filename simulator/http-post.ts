/** One POST of a notification: no redirects followed, an end to waiting, and of the answer no more than its beginning. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface Post {
  readonly headers: Record<string, string>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What came of it: the status, or why there is none. */
export type Posted = { readonly status: number } | { readonly error: string }

/** Sends a POST. Never rejects. */
export async function post(url: string, request: Post): Promise<Posted> {
  const answer = await postAndRead(url, request)
  return 'error' in answer ? answer : { status: answer.status }
}

/** What an answer begins with. */
const KEPT_BYTES = 64

/** Sends a POST, and keeps the beginning of what it is answered. Never rejects. */
export function postAndRead(
  url: string,
  { headers, body, timeoutMs, signal }: Post,
): Promise<{ readonly status: number; readonly text: string } | { readonly error: string }> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const bytes = Buffer.from(body)
    const request = send(url, {
      method: 'POST',
      // A connection of its own: a kept one that the server just closed would look like a failed delivery.
      agent: false,
      headers: { ...headers, 'Content-Length': bytes.length },
      signal: deadline,
    })
    request.on('response', (response) => {
      let text = ''
      response.on('error', () => resolve({ error: 'connection lost' }))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.setEncoding('latin1').on('data', (part: string) => {
        text = (text + part).slice(0, KEPT_BYTES)
      })
    })
    request.on('error', (error) => resolve({ error: reasonOf(error, deadline) }))
    request.end(bytes)
  })
}

function reasonOf(error: Error, deadline: AbortSignal): string {
  if (deadline.aborted) return 'time-out'
  return 'code' in error && typeof error.code === 'string' ? error.code : 'network'
}
