/** Takes a notification: verify the raw bytes, decrypt, validate, store the fact, dispatch. Only then is the answer a 2xx. */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import type { NoticeTypes } from '#shared/notice-types.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { Logger } from '#shared/log.ts'
import type { Headers, Received } from '#shared/received.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { KeyRefresh } from '#shared/wechat/trust/key-refresh.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import type {
  NotificationContent,
  NotificationEnvelope,
  OpenedNotification,
  OtherContent,
} from '#shared/wechat/v3/notification.ts'
import { createStateWatch } from '#shared/wechat/v3/unknown-state.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Signed, Verified } from '#shared/wechat/trust/signature.ts'
import { keepNotice } from './keep-notice.ts'
import { report } from './verdict.ts'
import type { NotifyResult, Verdict } from './verdict.ts'

/** Unknown serials are free to send: this is how often a container reads a secret for one. */
export const RELOAD_AFTER_MS = 10_000
const SKEW_WORTH_TELLING_SECONDS = 60

export interface NotifyDeps {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly noticeTypes: NoticeTypes
  /** At once where they are known: to wait for what is there costs a microsecond. */
  readonly keyRing: () => KeyRing | Promise<KeyRing>
  /** Reads the stored keys again, at most every few seconds. Never asks WeChat. */
  readonly reloadKeyRing: () => Promise<KeyRing>
  readonly keyRefresh: KeyRefresh
  /** Current APIv3 key first, then the previous one; at once where they are known. */
  readonly apiV3Keys: () => readonly KeyObject[] | Promise<readonly KeyObject[]>
  /** Reads the APIv3 keys again, at most every few seconds: the operator may have changed the key a moment ago. */
  readonly reloadApiV3Keys: () => Promise<readonly KeyObject[]>
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface Delivery {
  /** By the route it came in on. */
  readonly kind: 'payment' | 'refund'
  readonly headers: Headers
  /** Exactly the bytes received. */
  readonly body: Received
  /** Goes with the fact to settle, whose log can so be followed back to this delivery. */
  readonly correlationId?: string
}

/** Creates the operation. A rejection means that nothing was promised: answer 503, and WeChat sends it again. */
export function createNotify(deps: NotifyDeps) {
  return async (delivery: Delivery, log: Logger): Promise<NotifyResult> => {
    const { headers, body } = delivery
    const signed = { headers, body, now: deps.clock.now() }
    const ring = deps.keyRing()
    let verified = verifySignature(ring instanceof Promise ? await ring : ring, signed)
    if (!verified.ok && verified.reason === 'unknown_serial') verified = await verifyAgain(deps, signed)
    if (!verified.ok) return report(rejected(verified), log, deps.metrics)
    return report(await judge(deps, { delivery, serial: verified.serial, log }), log, deps.metrics)
  }
}

async function verifyAgain(deps: NotifyDeps, signed: Signed): Promise<Verified> {
  const verified = verifySignature(await deps.reloadKeyRing(), signed)
  // Never a download on this path: whoever sends random serials gets one refresh a minute out of the whole fleet.
  if (!verified.ok && verified.reason === 'unknown_serial') await deps.keyRefresh.request()
  return verified
}

interface Authentic {
  readonly delivery: Delivery
  readonly serial: string
  readonly log: Logger
}

/** Only what WeChat signed comes this far, so that nobody else can make it read the secret of the APIv3 key. */
async function judge(deps: NotifyDeps, { delivery, serial, log }: Authentic): Promise<Verdict> {
  measureSkew(deps, delivery.headers)
  const parsed = parseEnvelope(delivery.body)
  if (!parsed.ok)
    return { kind: 'refused', fields: { reason: 'envelope_malformed', field: parsed.field, serial } }
  const envelope = parsed.value
  const keys = deps.apiV3Keys()
  let opened = openNotification(envelope, keys instanceof Promise ? await keys : keys)
  if (!opened.ok && opened.reason === 'undecryptable')
    opened = openNotification(envelope, await deps.reloadApiV3Keys())
  const { kind, fields } = opened.ok
    ? await take(deps, opened.content, { delivery, envelope, log })
    : unopened(opened)
  const { id, event_type } = envelope
  return {
    kind,
    about: id === undefined ? { event_type, serial } : { notification_id: id, event_type, serial },
    fields,
  }
}

/** WeChat's clock is right: what differs by more than a minute is ours, long before the 300 s that would cost notifications. */
function measureSkew({ clock, metrics }: NotifyDeps, headers: Headers): void {
  const seconds = Math.abs(Math.floor(clock.now() / 1000) - Number(headers['wechatpay-timestamp']))
  if (seconds > SKEW_WORTH_TELLING_SECONDS) metrics.put('ClockSkewSeconds', seconds)
}

function rejected({ reason, header, serial }: Extract<Verified, { ok: false }>): Verdict {
  const fields = {
    reason,
    ...(header === undefined ? {} : { header }),
    ...(serial === undefined ? {} : { serial }),
  }
  return { kind: reason === 'probe' || reason === 'unknown_serial' ? reason : 'unverified', fields }
}

function unopened({ reason, field }: Extract<OpenedNotification, { ok: false }>): Verdict {
  if (reason === 'undecryptable') return { kind: 'undecryptable', fields: {} }
  return { kind: 'refused', fields: { reason, ...(field === undefined ? {} : { field }) } }
}

interface Opened {
  readonly delivery: Delivery
  readonly envelope: NotificationEnvelope
  readonly log: Logger
}

function take(
  deps: NotifyDeps,
  content: NotificationContent,
  { delivery, envelope, log }: Opened,
): Verdict | Promise<Verdict> {
  if (merchantOf(content, deps.mchid) !== deps.mchid)
    return { kind: 'foreign', fields: { reason: 'foreign_merchant' } }
  const { kind, correlationId } = delivery
  if (content.kind === 'other') return keepNotice(deps, { ...content, envelope, correlationId })
  if (content.kind !== kind) return { kind: 'refused', fields: { reason: 'wrong_route' } }
  const fact = factOf(deps, content)
  if (fact === undefined) return { kind: 'refused', fields: { reason: 'not_a_fact' } }
  return record(deps, { content, fact, correlationId, log })
}

const RECORDED = {
  stored: 'stored',
  duplicate_pending: 'duplicate',
  duplicate_settled: 'duplicate',
  conflict: 'conflict',
} as const

type KnownContent = Exclude<NotificationContent, OtherContent>

interface Known {
  readonly content: KnownContent
  readonly fact: Fact
  readonly correlationId: string | undefined
  readonly log: Logger
}

async function record(deps: NotifyDeps, { content, fact, correlationId, log }: Known): Promise<Verdict> {
  const outcome = await recordFact(deps, fact, correlationId)
  if (content.kind === 'payment') {
    const { trade_type: state, out_trade_no } = content.transaction
    createStateWatch({ logger: log, metrics: deps.metrics })({ field: 'trade_type', state, out_trade_no })
  }
  // An appid of somebody else is stored all the same: settle compares it with the order and holds what differs.
  const foreign = content.kind === 'payment' && !deps.appids.includes(content.transaction.appid)
  const { fact_key, out_trade_no } = fact
  const fields = { fact_key, out_trade_no, outcome }
  return { kind: RECORDED[outcome], fields: foreign ? { ...fields, reason: 'foreign_appid' } : fields }
}

function factOf({ mchid, clock }: NotifyDeps, content: KnownContent): Fact | undefined {
  const telling = { source: 'notification', received_at: clock.now() } as const
  return content.kind === 'payment'
    ? factOfTransaction(content.transaction, telling)
    : factOfRefund(mchid, content.refund, telling)
}

/** Whom it is for. Of most types nobody knows where the merchant stands: that our key opens them has to do. */
function merchantOf(content: NotificationContent, own: string): string | undefined {
  if (content.kind === 'payment') return content.transaction.mchid
  if (content.kind === 'refund') return content.mchid
  return content.form === undefined ? own : content.form.mchids.find((mchid) => mchid === own)
}
