/** What WeChat sent and got, as the simulator tells it, and line by line as it happens. */
import type { Listing } from '#console/contract.ts'
import type { WireLine } from '#console/contract-simulator.ts'
import { given } from '#shared/given.ts'
import { EventStream } from '#simulator/event-stream.ts'
import type { WireLine as ToldLine } from '#simulator/wire-line.ts'
import { ConsoleError } from './console-error.ts'
import type { Routes } from './routes.ts'

export function wireRoutes(controlUrl: string): Routes {
  const wire = `${controlUrl}/_control/wire`
  return {
    async 'GET /simulator/wire'({ signal }): Promise<Listing<WireLine>> {
      const answer: { readonly lines: readonly ToldLine[] } = await (await asked(wire, { signal })).json()
      return { entries: answer.lines.map(lineOf).toReversed() }
    },
    async 'GET /simulator/wire/stream'({ lastEventId, signal }) {
      const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
      const told = await asked(`${wire}/stream`, { signal, headers })
      return new EventStream((send) => {
        // It ends with the caller, or with the simulator; then the page comes back and asks for what it missed.
        void eachLine(told, (line) => send({ id: line.id, name: 'line', data: lineOf(line) })).catch(() => {})
        return () => {}
      })
    },
  }
}

async function asked(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  if (response.ok) return response
  throw new ConsoleError({
    status: 502,
    code: 'unreachable',
    title: 'the simulator does not show its wire',
    action: 'load the page again',
  })
}

/** Each event has its data in one line. */
async function eachLine({ body }: Response, tell: (line: ToldLine) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) tell(JSON.parse(line.slice('data: '.length)))
  }
}

function lineOf(line: ToldLine): WireLine {
  const { id, at, direction, method, url, status, duration_ms, verdict, faults } = line
  const { reason, code, event_type, out_trade_no, out_refund_no } = line
  return {
    id: String(id),
    at: new Date(at).toISOString(),
    direction,
    method,
    url,
    ...(status === null ? {} : { status }),
    duration_ms,
    verdict,
    ...given({ reason, code, event_type, out_trade_no, out_refund_no }),
    faults,
  }
}
