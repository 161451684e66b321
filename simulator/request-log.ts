/** The last requests that came in: verdict, what was wrong, and the message that their signature had to be over. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expectedMessage } from '#shared/wechat/explain/signed-message.ts'
import type { ApiError } from './api-error.ts'
import { authorizationFields, diagnose } from './diagnosis.ts'
import type { Diagnosis, KnownMerchant } from './diagnosis.ts'

const MAX_KEPT = 500
const MAX_URL = 512
const MAX_MESSAGE_BYTES = 16_384

export type Verdict = 'ok' | 'refused' | 'no_such_endpoint' | 'not_simulated' | 'no_answer'

/** What may be printed: no body, no signature, nobody's openid. */
export interface LoggedRequest {
  readonly id: number
  /** Epoch ms. */
  readonly at: number
  readonly duration_ms: number
  readonly domain: 'primary' | 'backup'
  readonly method: string
  readonly url: string
  readonly verdict: Verdict
  /** Null when the connection ended without an answer. */
  readonly status: number | null
  readonly endpoint?: string
  /** WeChat's code and message of a refusal. */
  readonly code?: string
  readonly message?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  /** Kinds of the faults that applied. */
  readonly faults: readonly string[]
  /** What is wrong with the signature, where one was refused; once for each gap, that it is one of the simulator. */
  readonly problem?: string
  /** Where what was signed and what should have been part first. */
  readonly differs_at?: { readonly line: number; readonly column: number }
}

/** With the message itself, which holds the body: for whoever asks on this machine. */
export interface RequestInFull extends LoggedRequest {
  /** What the signature had to be over; cut off after 16 KiB. */
  readonly sign_message: string
  readonly sign_message_bytes: number
  /** What it was over, where that could be found out. */
  readonly signed_instead?: string
}

/** What the server tells about a request while it answers it. */
export interface Seen {
  body: Uint8Array
  endpoint?: string
  error?: ApiError
  /** What WeChat has there and the simulator has not. */
  gap?: string
  about: {
    readonly out_trade_no?: string | undefined
    readonly out_refund_no?: string | undefined
  }
  faults: readonly string[]
}

export interface RequestLog {
  /** Opens the entry of a request; it is written when the answer is out, or the connection gone. */
  begin(domain: LoggedRequest['domain'], request: IncomingMessage, response: ServerResponse): Seen
  /** Oldest first. */
  list(): readonly LoggedRequest[]
  find(id: number): RequestInFull | undefined
  clear(): void
}

export interface RequestLogDeps {
  readonly merchant: () => KnownMerchant
  /** Epoch ms. */
  readonly now: () => number
  readonly onRequest: (entry: LoggedRequest) => void
}

interface Kept {
  readonly entry: LoggedRequest
  readonly message: Buffer
  readonly messageBytes: number
  readonly diagnosis: Diagnosis | undefined
}

/** Creates an empty log. */
export function createRequestLog({ merchant, now, onRequest }: RequestLogDeps): RequestLog {
  const told = new Set<string>()
  let kept: readonly Kept[] = []
  let count = 0

  /** A gap is explained once: whoever calls it a thousand times has read it. */
  function explained(gap: string | undefined): Diagnosis | undefined {
    if (gap === undefined || told.has(gap)) return undefined
    told.add(gap)
    return {
      problem: `WeChat has ${gap} and this simulator does not: its answer says nothing about your request`,
    }
  }

  function write(begun: Begun, seen: Seen, response: ServerResponse): void {
    const { method, url, authorization, at } = begun
    const fields = authorizationFields(authorization)
    const { timestamp = '', nonce_str: nonce = '' } = fields
    const body = Buffer.from(seen.body)
    const message = expectedMessage({ method, url, timestamp, nonce, body })
    const diagnosis =
      seen.error?.code === 'SIGN_ERROR'
        ? diagnose({ method, url, authorization, body }, merchant(), at)
        : explained(seen.gap)
    count += 1
    const entry = {
      ...summary(begun, seen, response),
      ...shown(diagnosis),
      id: count,
      duration_ms: now() - at,
    }
    const cut = Buffer.from(message.subarray(0, MAX_MESSAGE_BYTES))
    kept = [...kept.slice(1 - MAX_KEPT), { entry, message: cut, messageBytes: message.length, diagnosis }]
    onRequest(entry)
  }

  return {
    begin(domain, request, response) {
      const { method = '', url = '', headers } = request
      const begun = { domain, method, url, authorization: headers.authorization, at: now() }
      const seen: Seen = { body: new Uint8Array(), about: {}, faults: [] }
      response.once('close', () => write(begun, seen, response))
      return seen
    },
    list: () => kept.map(({ entry }) => entry),
    find(id) {
      const found = kept.find(({ entry }) => entry.id === id)
      if (found === undefined) return undefined
      const { entry, message, messageBytes, diagnosis } = found
      const instead = diagnosis?.signed?.subarray(0, MAX_MESSAGE_BYTES).toString('utf8')
      return {
        ...entry,
        sign_message: message.toString('utf8'),
        sign_message_bytes: messageBytes,
        ...(instead === undefined ? {} : { signed_instead: instead }),
      }
    },
    clear() {
      told.clear()
      kept = []
    },
  }
}

interface Begun extends Pick<LoggedRequest, 'domain' | 'method' | 'url' | 'at'> {
  readonly authorization: string | undefined
}

function summary(
  { domain, method, url, at }: Begun,
  { endpoint, error, gap, about: { out_trade_no, out_refund_no }, faults }: Seen,
  response: ServerResponse,
): Omit<LoggedRequest, 'id' | 'duration_ms'> {
  const status = response.writableFinished ? response.statusCode : null
  return {
    at,
    domain,
    method,
    url: url.slice(0, MAX_URL),
    verdict: gap === undefined ? verdictOf(status, endpoint) : 'not_simulated',
    status,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(error === undefined ? {} : { code: error.code, message: error.message }),
    ...(out_trade_no === undefined ? {} : { out_trade_no }),
    ...(out_refund_no === undefined ? {} : { out_refund_no }),
    faults,
  }
}

function verdictOf(status: number | null, endpoint: string | undefined): Verdict {
  if (status === null) return 'no_answer'
  if (status < 400) return 'ok'
  return endpoint === undefined && (status === 404 || status === 405) ? 'no_such_endpoint' : 'refused'
}

function shown(diagnosis: Diagnosis | undefined): Pick<LoggedRequest, 'problem' | 'differs_at'> {
  if (diagnosis === undefined) return {}
  const { problem, differsAt } = diagnosis
  return { problem, ...(differsAt === undefined ? {} : { differs_at: differsAt }) }
}
