/** Keeps what nobody here understands of a notification, its type, its form or a state that it tells: stored, and published as it is. */
import type { Clock } from '#shared/clock.ts'
import { stateWord } from '#shared/facts/final-looking.ts'
import { noticeReceived } from '#shared/facts/notice.ts'
import { isFactNumber } from '#shared/facts/fact-key.ts'
import type { Notice, NoticeContent } from '#shared/facts/notice.ts'
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
function strangeIn(told: readonly Told[]): Transaction | undefined {
  return told.flatMap((one) => (one.kind === 'payment' ? [one.transaction] : [])).find(isStrange)
}

function isStrange({ trade_state }: Transaction): boolean {
  return !isTradeState(trade_state)
}

/** @returns undefined where all of it is understood. */
export function noticeOf({ mchid, clock }: NoticeDeps, said: Verified): Notice | undefined {
  const { id: notification_id, type: event_type, content, fields, left_out, told, malformed } = said
  const strange = strangeIn(told)
  if (told.length > 0 && strange === undefined) return undefined
  const notice = {
    event_type,
    fields,
    left_out,
    ...given({
      notification_id,
      out_trade_no: strange?.out_trade_no,
      trade_state: strange === undefined ? undefined : stateWord(strange.trade_state),
      held: malformed === undefined ? undefined : heldOrder(fields),
    }),
  }
  return noticeReceived({ mchid, received_at: clock.now(), notice, plain: Buffer.from(content) })
}

/** For whoever looks for it: as far as it is named at all. */
function heldOrder({ out_trade_no = '', trade_no = '' }: Verified['fields']): NoticeContent['held'] {
  const order = {
    out_trade_no: isFactNumber(out_trade_no) ? out_trade_no : '',
    ...(isFactNumber(trade_no) ? { transaction_id: trade_no } : {}),
  }
  return { form: 'malformed', orders: [order] }
}
