/** Calls of the console with any header, also those that fetch refuses to send. */
import { request as send } from 'node:http'
import type { OutgoingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ConsoleServer } from '#console/server/server.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends headers that fetch refuses to send, as a page does that is not ours. */
export function call(
  { url }: ConsoleServer,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<Answered> {
  const { port } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      text(response).then(
        (told) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: told }),
        reject,
      )
    })
    request.on('error', reject).end(body)
  })
}

/** `taken`, or the status and the code of the problem. */
export const codeOf = ({ status, body }: Answered): string =>
  status === 200 ? 'taken' : `${status} ${JSON.parse(body).code}`
export const originOf = ({ url }: ConsoleServer): string => new URL(url).origin
