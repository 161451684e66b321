/** The trace of a piece of work, as W3C Trace Context has it (https://www.w3.org/TR/trace-context/), and the caller's own id beside it. */
import { randomBytes } from 'node:crypto'

export interface Trace {
  /** 32 hex digits, the same from the caller to the event. */
  readonly traceId: string
  /** 16 hex digits: this piece of work, the parent of what follows from it. */
  readonly spanId: string
  readonly sampled: boolean
  /** What the caller sent as `x-request-id`. */
  readonly requestId?: string
}

/** As headers, message attributes and stored facts name the two. */
export const TRACEPARENT = 'traceparent'
export const REQUEST_ID = 'x-request-id'

export interface Carried {
  readonly traceparent?: string | undefined
  readonly requestId?: string | undefined
}

/** Version ff and ids of zeros are forbidden; a later version may have more after its flags. */
const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/
/** The bit of the flags that we know; the others are not passed on. */
const SAMPLED = 1
/** Opaque; what could break a header, a line or a message attribute is no id. */
const REQUEST_ID_FORM = /^[A-Za-z0-9._~:+/=-]{1,128}$/

/**
 * Goes on with the trace that was carried here, as a new piece of work in it.
 *
 * A trace is never a reason to refuse anything: one that is not valid is dropped, and a new one begins. A new one is
 * sampled, because a subscriber that samples as its parent does would otherwise stop seeing our events.
 */
export function continueTrace({ traceparent, requestId }: Carried = {}): Trace {
  const carried = traceparent === undefined ? undefined : partsOf(traceparent)
  const trace = {
    traceId: carried?.traceId ?? randomHex(32),
    spanId: randomHex(16),
    sampled: carried?.sampled ?? true,
  }
  return requestId !== undefined && isRequestId(requestId) ? { ...trace, requestId } : trace
}

export function isRequestId(text: string): boolean {
  return REQUEST_ID_FORM.test(text)
}

function partsOf(traceparent: string): Pick<Trace, 'traceId' | 'sampled'> | undefined {
  const [, version, traceId, flags, more] = FORM.exec(traceparent) ?? []
  if (traceId === undefined || flags === undefined || (version === '00' && more !== undefined))
    return undefined
  return { traceId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED }
}

/** What to hand on, so that what follows is part of the same trace. */
export function traceparentOf({ traceId, spanId, sampled }: Trace): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

/** Of random digits a store is made at a time: to ask for some of them at each call takes ten times as long. */
const STORE_BYTES = 2048
let store = ''
let used = 0

function randomHex(digits: number): string {
  if (used + digits > store.length) {
    store = randomBytes(STORE_BYTES).toString('hex')
    used = 0
  }
  used += digits
  return store.slice(used - digits, used)
}
