/** What a failed exchange with a channel means: every failure is a ChannelError that knows whether anything can have had an effect. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import { TransportError } from './transport.ts'

/** Tells whether the call is out of time. */
export function hasFired(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

interface Loading {
  readonly signal: AbortSignal | undefined
  /** Whether nothing that was sent before can have had an effect. */
  readonly certain: boolean
  /** Who is called, as in `WeChat`. */
  readonly peer: string
}

/** Loads what the next attempt needs. @throws ChannelError `not_sent`, or `timeout` when the signal fires first. */
export async function loadForCall<T>(load: () => Promise<T>, { signal, certain, peer }: Loading): Promise<T> {
  if (hasFired(signal)) throw deadlineError({ certain })
  try {
    return await orAborted(load(), signal)
  } catch (cause) {
    if (hasFired(signal)) throw deadlineError({ certain, cause })
    throw new ChannelError('not_sent', `the keys to call ${peer} with are not available`, { certain, cause })
  }
}

/** The error of an exchange that threw. */
export function exchangeError(cause: unknown, peer: string): ChannelError {
  if (!(cause instanceof TransportError)) {
    return new ChannelError('network', `the exchange with ${peer} failed`, { certain: false, cause })
  }
  if (cause.failure === 'aborted') return deadlineError({ certain: !cause.maybeSent, cause })
  const failed = cause.failure === 'timeout' ? 'timeout' : 'network'
  return new ChannelError(cause.maybeSent ? failed : 'not_sent', `no answer from ${peer}: ${cause.message}`, {
    certain: !cause.maybeSent,
    cause,
  })
}

/** The error of a call whose signal fired. */
function deadlineError({
  certain,
  cause,
}: {
  readonly certain: boolean
  readonly cause?: unknown
}): ChannelError {
  const what = certain ? 'before anything was sent' : 'before a verified answer'
  return new ChannelError('timeout', `the time for this call ran out ${what}`, { certain, cause })
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new TransportError('aborted', false))
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
