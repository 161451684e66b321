/** A few levers of a running stack for programs on this machine: fire a schedule now, kill a function's processes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { InvokeResult } from './lambda/invoke-result.ts'
import { LocalError } from './local-error.ts'
import { type Listening, listen } from '#simulator/listen.ts'
import { mayBeFromWebPage } from '#simulator/web-page.ts'

export interface StackLevers {
  readonly fire: (ruleOrFunction: string) => Promise<readonly InvokeResult[]>
  readonly kill: (functionOrOperation: string) => Promise<readonly number[]>
}

const ROUTE = /^\/(fire|kill)\/([A-Za-z0-9_-]+)$/

/** Serves `POST /fire/<rule or function>` and `POST /kill/<function>` on a free port. */
export function startStackControl(levers: StackLevers): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(request, response, levers).catch((error: unknown) => {
      const [status, message] = error instanceof LocalError ? [404, error.message] : [500, 'the lever failed']
      send(response, status, { message })
    })
  })
  return listen(server, 0, 'the control of the stack')
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  levers: StackLevers,
): Promise<void> {
  const [, lever, name = ''] = ROUTE.exec(request.url ?? '') ?? []
  if (mayBeFromWebPage(request)) return send(response, 403, { message: 'not for web pages' })
  if (lever === undefined || request.method !== 'POST') {
    return send(response, 404, {
      message: 'there are POST /fire/<rule or function> and POST /kill/<function>',
    })
  }
  if (lever === 'kill') return send(response, 200, { killed: await levers.kill(name) })
  const results = await levers.fire(name)
  return send(response, 200, { results })
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}
