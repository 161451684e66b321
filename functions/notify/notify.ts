/** Takes a notification: verify the raw bytes, decrypt, validate, store the fact, dispatch. Only then is the answer a 2xx. */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import type { NoticeTypes } from '#shared/notice-types.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { Recorded } from '#shared/facts/record-fact.ts'
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
  readonly keyRing: () => Promise<KeyRing>
  /** Reads the stored keys again, at most every few seconds. Never asks WeChat. */
  readonly reloadKeyRing: () => Promise<KeyRing>
  readonly keyRefresh: KeyRefresh
  /** Current APIv3 key first, then the previous one. */
  readonly apiV3Keys: () => Promise<readonly KeyObject[]>
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
  return async (delivery: Delivery, log: Logger): Promise<NotifyResult> =>
    report(await judge(deps, delivery, log), log, deps.metrics)
}

async function judge(deps: NotifyDeps, delivery: Delivery, log: Logger): Promise<Verdict> {
  const { headers, body } = delivery
  const verified = await verify(deps, { headers, body, now: deps.clock.now() })
  if (!verified.ok) return rejected(verified)
  measureSkew(deps, headers)
  const envelope = parseEnvelope(body)
  if (!envelope.ok)
    return {
      kind: 'refused',
      fields: { reason: 'envelope_malformed', field: envelope.field, serial: verified.serial },
    }
  const { id, event_type } = envelope.value
  const { serial } = verified
  const verdict = await take(deps, { delivery, envelope: envelope.value, log })
  const about = id === undefined ? { event_type, serial } : { notification_id: id, event_type, serial }
  return { kind: verdict.kind, about, fields: verdict.fields }
}

async function verify(deps: NotifyDeps, signed: Signed): Promise<Verified> {
  const first = verifySignature(await deps.keyRing(), signed)
  if (first.ok || first.reason !== 'unknown_serial') return first
  const second = verifySignature(await deps.reloadKeyRing(), signed)
  // Never a download on this path: whoever sends random serials gets one refresh a minute out of the whole fleet.
  if (!second.ok && second.reason === 'unknown_serial') await deps.keyRefresh.request()
  return second
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

interface Authentic {
  readonly delivery: Delivery
  readonly envelope: NotificationEnvelope
  readonly log: Logger
}

async function take(deps: NotifyDeps, { delivery, envelope, log }: Authentic): Promise<Verdict> {
  const opened = await open(deps, envelope)
  if (!opened.ok) {
    const { reason, field } = opened
    if (reason === 'undecryptable') return { kind: 'undecryptable', fields: {} }
    return { kind: 'refused', fields: { reason, ...(field === undefined ? {} : { field }) } }
  }
  const { content } = opened
  if (merchantOf(content, deps.mchid) !== deps.mchid)
    return { kind: 'foreign', fields: { reason: 'foreign_merchant' } }
  const { kind, correlationId } = delivery
  if (content.kind === 'other') return keepNotice(deps, { ...content, envelope, correlationId })
  if (content.kind !== kind) return { kind: 'refused', fields: { reason: 'wrong_route' } }
  const fact = factOf(deps, content)
  if (fact === undefined) return { kind: 'refused', fields: { reason: 'not_a_fact' } }
  const outcome = await recordFact(deps, fact, correlationId)
  return recorded(deps, { content, fact, outcome, log })
}

/** Only what WeChat signed comes this far, so that nobody else can make it read secrets. */
async function open(
  { apiV3Keys, reloadApiV3Keys }: NotifyDeps,
  envelope: NotificationEnvelope,
): Promise<OpenedNotification> {
  const opened = openNotification(envelope, await apiV3Keys())
  return opened.ok || opened.reason !== 'undecryptable'
    ? opened
    : openNotification(envelope, await reloadApiV3Keys())
}

const RECORDED = {
  stored: 'stored',
  duplicate_pending: 'duplicate',
  duplicate_settled: 'duplicate',
  conflict: 'conflict',
} as const

type KnownContent = Exclude<NotificationContent, OtherContent>

interface Stored {
  readonly content: KnownContent
  readonly fact: Fact
  readonly outcome: Recorded
  readonly log: Logger
}

function recorded(deps: NotifyDeps, { content, fact, outcome, log }: Stored): Verdict {
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
