/** Keeps an authentic notification that is about no payment and no refund as we know them: stored, dispatched, and published. */
import * as v from 'valibot'
import type { Clock } from '#shared/clock.ts'
import { noticeReceived } from '#shared/facts/notice.ts'
import type { Notice } from '#shared/facts/notice.ts'
import { wishFor } from '#shared/notice-types.ts'
import type { NoticeTypes } from '#shared/notice-types.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { RecordDeps } from '#shared/facts/record-fact.ts'
import { given } from '#shared/given.ts'
import { decodeJson } from '#shared/json.ts'
import type { NotificationEnvelope, OtherContent } from '#shared/wechat/v3/notification.ts'
import type { Verdict } from './verdict.ts'

interface KeepDeps extends RecordDeps {
  readonly mchid: string
  readonly clock: Clock
  readonly noticeTypes: NoticeTypes
}

/** WeChat's answer to a test that somebody of ours asked for (doc partner/4019605946). */
const ECHO = 'SECURITY_ECHO.'
const Echo = v.object({ echo_message: v.string() })

interface Authentic extends OtherContent {
  readonly envelope: NotificationEnvelope
  readonly correlationId: string | undefined
}

export async function keepNotice(deps: KeepDeps, authentic: Authentic): Promise<Verdict> {
  const notice = noticeOf(deps, authentic)
  const outcome = await recordFact(deps, notice, authentic.correlationId)
  const { held, event_type } = notice.notice
  const fields = {
    fact_key: notice.fact_key,
    outcome,
    ...(held === undefined ? {} : { reason: held.form }),
  }
  if (outcome === 'duplicate_pending' || outcome === 'duplicate_settled') return { kind: 'duplicate', fields }
  if (held !== undefined) return { kind: 'held', fields }
  const expected = event_type.startsWith(ECHO) || wishFor(deps.noticeTypes, event_type) !== undefined
  return { kind: expected ? 'noticed' : 'unexpected', fields }
}

function noticeOf({ mchid, clock, noticeTypes }: KeepDeps, { envelope, plain, form }: Authentic): Notice {
  const { id, event_type, resource } = envelope
  const { original_type, ...sealed } = resource
  const decoded = decodeJson(plain)
  const asked = wishFor(noticeTypes, event_type) === 'content' && decoded !== undefined
  const notice = {
    event_type,
    resource: sealed,
    ...given({
      notification_id: id,
      original_type,
      held: form === undefined ? undefined : { form: form.form, orders: form.orders },
      content: asked ? Buffer.from(plain).toString('utf8') : undefined,
    }),
  }
  const echo = event_type.startsWith(ECHO) ? echoIn(decoded?.json) : undefined
  return noticeReceived({ mchid, received_at: clock.now(), notice, plain, ...given({ echo }) })
}

function echoIn(json: unknown): string | undefined {
  return v.is(Echo, json) ? json.echo_message : undefined
}
