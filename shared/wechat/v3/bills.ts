/** The bills of a day (doc merchant/4013071235, 4013071236, 4013071238): apply for one, then load it from where WeChat says. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { BillChannel, BillFile, BillKind, DayBill } from '#shared/orders/bill-channel.ts'
import { answerError } from '#shared/wechat/call/answer-error.ts'
import { hasFired } from '#shared/http/exchange-error.ts'
import { createWechatClient, DEFAULT_USER_AGENT } from '#shared/wechat/call/client.ts'
import type { WechatClient, WechatClientDeps } from '#shared/wechat/call/client.ts'
import type { Download, DownloadAnswer } from '#shared/http/http-download.ts'
import { invalidAnswer, readAnswer } from '#shared/wechat/call/read-answer.ts'
import { TransportError } from '#shared/http/transport.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { authorizationHeader } from '#shared/wechat/trust/signature.ts'
import { exactly, fields, parseWith, text } from '#shared/wire-rules.ts'
import type { Parsed } from '#shared/wire-rules.ts'

export interface BillDeps extends WechatClientDeps {
  readonly download: Download
}

const PATHS: Readonly<Record<BillKind, (date: string) => string>> = {
  trade: (date) => `/v3/bill/tradebill?bill_date=${date}&bill_type=ALL&tar_type=GZIP`,
  recharge_refund: (date) => `/v3/bill/tradebill?bill_date=${date}&bill_type=RECHARGE_REFUND&tar_type=GZIP`,
  fund_flow: (date) => `/v3/bill/fundflowbill?bill_date=${date}&account_type=BASIC&tar_type=GZIP`,
}

const Announcement = fields(
  {
    hash_type: exactly('SHA1'),
    hash_value: text(40, /^[0-9A-Fa-f]{40}$/),
    download_url: text(2048, /^[\x21-\x7e]+$/),
  },
  {},
)

interface BillAnswer {
  readonly hash_value: string
  readonly download_url: string
}

/** Checks what WeChat answers to the application for a bill. */
export function parseBillAnswer(json: unknown): Parsed<BillAnswer> {
  return parseWith(Announcement, json)
}

/** What WeChat says instead of a bill; without `_`, because it uses both spellings. */
const STATES: ReadonlyMap<string, DayBill> = new Map([
  ['NOSTATEMENTEXIST', { state: 'none' }],
  ['STATEMENTCREATING', { state: 'creating' }],
])
/** Newer pages of WeChat do not list RECHARGE_REFUND any more, and it never was for every merchant. */
const NOT_OFFERED = new Set(['PARAMERROR', 'NOAUTH', 'INVALIDREQUEST'])
/** Of an answer that is no file. */
const MAX_ERROR_BYTES = 64 * 1024

/** Creates the port. Nothing is loaded and no connection made before the first call. */
export function createBills(deps: BillDeps): BillChannel {
  const client = createWechatClient(deps)
  return {
    async dayBill(kind, date, { signal } = {}) {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
        throw new RangeError('the day of a bill is written as 2026-11-24')
      const announced = await announcement(client, { kind, date, signal })
      if ('state' in announced) return announced
      const [origin, path] = announced.place
      const answer = await begin(deps, { origin, path, signal })
      return { state: 'ready', file: { sha1: announced.sha1, chunks: bytesOf(answer, signal) } }
    },
  }

  /** The address is WeChat's word, and still goes to no other host than the two that are called anyway. */
  function placeOf(url: string): readonly [origin: string, path: string] | undefined {
    const origin = deps.apiUrls.find((each) => url.startsWith(`${each}/v3/`))
    const path = origin === undefined ? '' : url.slice(origin.length)
    return origin === undefined || /[#\\]/.test(path) ? undefined : [origin, path]
  }

  async function announcement(
    client: WechatClient,
    { kind, date, signal }: Wanted,
  ): Promise<DayBill | { readonly sha1: string; readonly place: readonly [string, string] }> {
    const path = PATHS[kind](date)
    try {
      const answer = await client.call({ operation: 'bill', method: 'GET', path, repeatable: true, signal })
      const told = readAnswer(answer, parseBillAnswer)
      const place = placeOf(told.download_url)
      if (place === undefined) throw invalidAnswer(answer, 'its download_url leads elsewhere')
      return { sha1: told.hash_value, place }
    } catch (error) {
      const state = error instanceof ChannelError ? stateOf(error, kind) : undefined
      if (state === undefined) throw error
      return state
    }
  }
}

interface Wanted {
  readonly kind: BillKind
  readonly date: string
  readonly signal: AbortSignal | undefined
}

function stateOf({ code, wechatCode = '' }: ChannelError, kind: BillKind): DayBill | undefined {
  if (code !== 'refused') return undefined
  const word = wechatCode.replaceAll('_', '')
  if (kind === 'recharge_refund' && NOT_OFFERED.has(word)) return { state: 'not_offered' }
  return STATES.get(word)
}

interface Place {
  readonly origin: string
  readonly path: string
  readonly signal: AbortSignal | undefined
}

/** The address lives for minutes and may be good for one time: a download is not repeated, the bill is applied for again. */
async function begin(
  { signer, clock, nonce = randomNonce, userAgent = DEFAULT_USER_AGENT, download }: BillDeps,
  { origin, path, signal }: Place,
): Promise<DownloadAnswer> {
  const timestamp = Math.floor(clock.now() / 1000)
  const signed = { method: 'GET', url: path, body: '', timestamp, nonce: nonce() }
  const headers = {
    Accept: 'application/json',
    'User-Agent': userAgent,
    Authorization: authorizationHeader(await signer(), signed),
  }
  const answer = await download({ origin, path, headers, signal }).catch((cause: unknown) =>
    Promise.reject(lost(cause, signal)),
  )
  if (answer.status === 200) return answer
  const body = await errorBody(answer, signal)
  throw answerError('bill', { status: answer.status, headers: answer.headers, body })
}

async function errorBody({ chunks }: DownloadAnswer, signal: AbortSignal | undefined): Promise<Buffer> {
  const kept: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytesOf({ chunks }, signal)) {
    size += chunk.length
    if (size > MAX_ERROR_BYTES) break
    kept.push(chunk)
  }
  return Buffer.concat(kept)
}

async function* bytesOf(
  { chunks }: Pick<DownloadAnswer, 'chunks'>,
  signal: AbortSignal | undefined,
): BillFile['chunks'] {
  try {
    yield* chunks
  } catch (cause) {
    throw lost(cause, signal)
  }
}

function lost(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (!(cause instanceof TransportError)) return cause
  const code = cause.failure === 'timeout' || hasFired(signal) ? 'timeout' : 'network'
  return new ChannelError(code, 'the bill stopped coming', { certain: false, cause })
}
