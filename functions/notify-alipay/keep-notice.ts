/** Keeps what nobody here understands of a notification, its type or a state that it tells: it is stored, and published as it is. */
import type { Clock } from '#shared/clock.ts'
import { stateWord } from '#shared/facts/final-looking.ts'
import { noticeReceived } from '#shared/facts/notice.ts'
import type { Notice } from '#shared/facts/notice.ts'
import { isTradeState } from '#shared/facts/telling.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { given } from '#shared/given.ts'
import type { ReadNotification, Told } from '#shared/orders/notification-channel.ts'

interface NoticeDeps {
  readonly mchid: string
  readonly clock: Clock
}

export type Verified = Extract<ReadNotification, { ok: true }>

/** The order in a state that nobody here knows, as the notification tells it. */
export function strangeIn(told: readonly Told[]): Transaction | undefined {
  return told.flatMap((one) => (one.kind === 'payment' ? [one.transaction] : [])).find(isStrange)
}

function isStrange({ trade_state }: Transaction): boolean {
  return !isTradeState(trade_state)
}

/** @returns undefined where all of it is understood. */
export function noticeOf({ mchid, clock }: NoticeDeps, said: Verified): Notice | undefined {
  const { id: notification_id, type: event_type, content, fields, told } = said
  const strange = strangeIn(told)
  if (told.length > 0 && strange === undefined) return undefined
  const notice = {
    event_type,
    notification_id,
    fields,
    ...given({
      out_trade_no: strange?.out_trade_no,
      trade_state: strange === undefined ? undefined : stateWord(strange.trade_state),
    }),
  }
  return noticeReceived({ mchid, received_at: clock.now(), notice, plain: Buffer.from(content) })
}
