/** Takes a notification: verify the raw bytes, decrypt, validate, store the fact, dispatch. Only then is the answer a 2xx. */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { factOfRefund, factOfTransaction } from '#shared/facts/learned.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { Logger } from '#shared/log.ts'
import type { KeyRefresh } from '#shared/wechat/key-refresh.ts'
import type { KeyRing } from '#shared/wechat/key-ring.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/notification.ts'
import type { NotificationContent, NotificationEnvelope } from '#shared/wechat/notification.ts'
import { verifySignature } from '#shared/wechat/signature.ts'
import type { Headers, Verified } from '#shared/wechat/signature.ts'

export interface NotifyDeps {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly keyRing: () => Promise<KeyRing>
  /** Reads the stored keys again, at most once a minute; undefined when it was too soon. Never asks WeChat. */
  readonly reloadKeyRing: () => Promise<KeyRing | undefined>
  readonly keyRefresh: KeyRefresh
  /** Current APIv3 key first, then the previous one. */
  readonly apiV3Keys: () => Promise<readonly KeyObject[]>
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
}

export interface Delivery {
  /** By the route it came in on. */
  readonly kind: 'payment' | 'refund'
  readonly headers: Headers
  /** Exactly the bytes received. */
  readonly body: Uint8Array
}

/**
 * - `accepted`: durable and dispatched (204). - `ignored`: authentic, of a type that we do not handle (204).
 * - `unverified`: 401, always the same. - `unreadable`: authentic, not decryptable with our keys (503: WeChat repeats
 *   while the operator mends the key). - `refused`: authentic, but not what the route or this merchant takes (400).
 */
export type NotifyResult = 'accepted' | 'ignored' | 'unverified' | 'unreadable' | 'refused'

/** Creates the operation. A rejection means that nothing was promised: answer 503, and WeChat sends it again. */
export function createNotify(deps: NotifyDeps) {
  return async (delivery: Delivery, log: Logger): Promise<NotifyResult> => {
    const verified = await verify(deps, delivery)
    if (!verified.ok) return rejected(verified, log)
    const envelope = parseEnvelope(delivery.body)
    if (!envelope.ok) return refused(log, 'envelope_malformed', envelope.field)
    const logged = log.with({
      notification_id: envelope.value.id,
      event_type: envelope.value.event_type,
      serial: verified.serial,
    })
    return take(deps, { kind: delivery.kind, envelope: envelope.value }, logged)
  }
}

async function verify(deps: NotifyDeps, { headers, body }: Delivery): Promise<Verified> {
  const signed = { headers, body, now: deps.clock.now() }
  const first = verifySignature(await deps.keyRing(), signed)
  if (first.ok || first.reason !== 'unknown_serial') return first
  const reloaded = await deps.reloadKeyRing()
  const second = reloaded === undefined ? first : verifySignature(reloaded, signed)
  // Never a download on this path: whoever sends random serials gets one refresh a minute out of the whole fleet.
  if (!second.ok && second.reason === 'unknown_serial') await deps.keyRefresh.request()
  return second
}

function rejected({ reason, header, serial }: Extract<Verified, { ok: false }>, log: Logger): NotifyResult {
  const fields = {
    reason,
    ...(header === undefined ? {} : { header }),
    ...(serial === undefined ? {} : { serial }),
  }
  // WeChat's own probes are expected and must not page anybody.
  if (reason === 'probe') log.info('NOTIFICATION_PROBE', fields)
  else log.warn('NOTIFICATION_UNVERIFIED', fields)
  return 'unverified'
}

function refused(log: Logger, reason: string, field?: string): NotifyResult {
  log.error('NOTIFICATION_REFUSED', { reason: field === undefined ? reason : `${reason}: ${field}` })
  return 'refused'
}

interface Authentic {
  readonly kind: Delivery['kind']
  readonly envelope: NotificationEnvelope
}

async function take(deps: NotifyDeps, { kind, envelope }: Authentic, log: Logger): Promise<NotifyResult> {
  const opened = openNotification(envelope, await deps.apiV3Keys())
  if (!opened.ok) {
    if (opened.reason === 'unknown_event') {
      log.warn('NOTIFICATION_IGNORED')
      return 'ignored'
    }
    if (opened.reason !== 'undecryptable') return refused(log, opened.reason, opened.field)
    log.error('NOTIFICATION_UNDECRYPTABLE')
    return 'unreadable'
  }
  if (opened.content.kind !== kind) return refused(log, 'wrong_route')
  if (merchantOf(opened.content) !== deps.mchid) return refused(log, 'foreign_merchant')
  return store(deps, opened.content, log)
}

async function store(deps: NotifyDeps, content: NotificationContent, log: Logger): Promise<NotifyResult> {
  const fact = factOf(deps, content)
  if (fact === undefined) return refused(log, 'not_a_fact')
  // Stored all the same: settle compares it with the order and holds what differs.
  if (content.kind === 'payment' && !deps.appids.includes(content.transaction.appid))
    log.error('NOTIFICATION_FOREIGN_APPID')
  const outcome = await recordFact(deps, fact)
  log.info('NOTIFICATION_ACCEPTED', { fact_key: fact.fact_key, out_trade_no: fact.out_trade_no, outcome })
  return 'accepted'
}

function factOf({ mchid, clock }: NotifyDeps, content: NotificationContent): Fact | undefined {
  const telling = { source: 'notification', received_at: clock.now() } as const
  return content.kind === 'payment'
    ? factOfTransaction(content.transaction, telling)
    : factOfRefund(mchid, content.refund, telling)
}

function merchantOf(content: NotificationContent): string {
  return content.kind === 'payment' ? content.transaction.mchid : content.mchid
}
