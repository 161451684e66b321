/** Writes answers: signed when the call succeeded, bare when it did not. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyKind } from '#shared/crypto/keys.ts'
import type { ApiError } from './api-error.ts'
import type { Dialect } from './authorization.ts'
import type { ApiFault } from './fault-kinds.ts'
import { FileAnswer } from './file-answer.ts'
import type { Ids } from './ids.ts'
import { answerSigner } from './keys.ts'
import type { Keys } from './keys.ts'
import { asProbe, platformHeaders } from './platform-signature.ts'
import type { Timeline } from './timeline.ts'
import type { Wire } from './views.ts'

const COMMON_HEADERS = {
  'Cache-Control': 'no-cache, must-revalidate',
  'Content-Language': 'zh-CN',
  'X-Content-Type-Options': 'nosniff',
}
const JSON_TYPE = 'application/json; charset=utf-8'

export interface Success {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Undefined: 204. */
  readonly answer: Wire | FileAnswer | undefined
  readonly faults: readonly ApiFault[]
  /** Of the key that signed the call. */
  readonly kind: KeyKind
}

export interface AnswerDeps {
  readonly keys: Keys
  readonly ids: Ids
  readonly timeline: Timeline
}

/** Answers 200 with a body or 204 without one, signed unless a fault says otherwise. */
export function succeed(
  { request, response, answer, faults, kind }: Success,
  { keys, ids, timeline }: AnswerDeps,
): void {
  if (answer instanceof FileAnswer) return sendFile(response, answer, ids)
  const said = answer === undefined ? undefined : withStrangeState(answer, faults)
  const body = Buffer.from(said === undefined ? '' : JSON.stringify(said))
  const has = (kind: ApiFault['kind']): boolean => faults.some((fault) => fault.kind === kind)
  const [requested] = request.headersDistinct['wechatpay-serial'] ?? []
  const own = answerSigner(keys, kind, requested)
  const signer = has('bad_signature') ? { serial: own.serial, privateKey: keys.foreign.privateKey } : own
  const moment = { timestamp: Math.floor(timeline.wall() / 1000), nonce: ids.text(32) }
  const signed = platformHeaders(signer, body, moment)
  response.writeHead(answer === undefined ? 204 : 200, {
    ...COMMON_HEADERS,
    ...(answer === undefined ? {} : { 'Content-Length': body.length, 'Content-Type': JSON_TYPE }),
    'Request-ID': ids.requestId(0),
    ...(has('unsigned') ? {} : has('answer_probe') ? asProbe(signed) : signed),
  })
  response.end(body)
}

/** The state of an order or refund is another; an answer that tells none stays as it is. */
function withStrangeState(answer: Wire, faults: readonly ApiFault[]): Wire {
  const fault = faults.find(({ kind }) => kind === 'strange_state')
  if (fault?.kind !== 'strange_state') return answer
  const told = ['trade_state', 'status'].filter((name) => name in answer)
  return { ...answer, ...Object.fromEntries(told.map((name) => [name, fault.state])) }
}

function sendFile(response: ServerResponse, { bytes, type }: FileAnswer, ids: Ids): void {
  response.writeHead(200, {
    ...COMMON_HEADERS,
    'Content-Length': bytes.length,
    'Content-Type': type,
    'Request-ID': ids.requestId(0),
  })
  response.end(bytes)
}

export interface Refusal {
  readonly response: ServerResponse
  readonly error: ApiError
  readonly dialect: Dialect
}

/** Errors carry no signature; a refused signature on the transaction endpoints carries no Request-ID either. */
export function refuse({ response, error, dialect }: Refusal, ids: Ids): void {
  const body = Buffer.from(JSON.stringify(error))
  const anonymous = dialect === 'transactions' && error.status === 401
  response.writeHead(error.status, {
    ...COMMON_HEADERS,
    'Content-Length': body.length,
    'Content-Type': JSON_TYPE,
    ...(anonymous ? {} : { 'Request-ID': ids.requestId(error.reason ?? 268435457) }),
  })
  response.end(body)
}
