/** Server-sent events: an answer that goes on until the caller goes away. */
import type { ServerResponse } from 'node:http'

/** Proxies give up on a connection that is silent for a minute. */
const REMINDER_MS = 15_000
/** A caller who does not read must not fill this process: it comes back and asks for what it missed. */
const MAX_UNREAD_BYTES = 1_048_576

export interface SentEvent {
  readonly id: number
  readonly name: string
  readonly data: unknown
}

/** What a control route answers when there is more to come. */
export class EventStream {
  /** Begins to send. @returns what ends it. */
  readonly begin: (send: (event: SentEvent) => void) => () => void

  constructor(begin: EventStream['begin']) {
    this.begin = begin
  }
}

/** Answers with a stream, which ends when the caller or the server does. */
export function sendEvents(response: ServerResponse, stream: EventStream, gone: AbortSignal): void {
  if (gone.aborted) return
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  // The caller learns at once that it is connected.
  response.write(': connected\n\n')
  const reminder = setInterval(() => response.write(': still here\n\n'), REMINDER_MS)
  reminder.unref()
  const end = stream.begin(({ id, name, data }) => {
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
    else response.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  })
  gone.addEventListener('abort', () => {
    clearInterval(reminder)
    end()
  })
}
