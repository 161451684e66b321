/** Control routes of what went over the wire: the last lines, and each further one as it happens. */
import { ControlError } from './control-error.ts'
import type { ControlRoutes } from './control-router.ts'
import { EventStream } from './event-stream.ts'
import type { WireLine } from './wire-line.ts'
import type { WireLog } from './wire-log.ts'

/** Routes of the wire. */
export function wireRoutes(wire: WireLog): ControlRoutes {
  return {
    'GET /_control/wire': ({ query }) => ({ lines: wire.list(lineNumber('after', query.get('after'))) }),
    // Who comes back tells the last line that it had, and gets what it missed.
    'GET /_control/wire/stream'({ query, lastEventId }) {
      const from = lineNumber('Last-Event-ID', lastEventId ?? query.get('after'))
      return new EventStream((send) => {
        const tell = (line: WireLine): void => send({ id: line.id, name: 'line', data: line })
        if (from !== undefined) for (const line of wire.list(from)) tell(line)
        return wire.watch(tell)
      })
    },
  }
}

function lineNumber(name: string, text: string | null): number | undefined {
  if (text === null) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new ControlError(400, 'bad_request', `${name}: expected the number of a line`)
}
