/** The stored form of notices. */
import * as v from 'valibot'
import { HELD_FORMS } from '#shared/facts/notice.ts'
import type { HeldOrder, Notice, NoticeContent } from '#shared/facts/notice.ts'
import { StoredFen, StoredInteger } from './stored-item.ts'
import type { Entries } from './stored-item.ts'

const heldOrder = () =>
  v.looseObject({
    out_trade_no: v.string(),
    combine_out_trade_no: v.exactOptional(v.string()),
    out_refund_no: v.exactOptional(v.string()),
    transaction_id: v.exactOptional(v.string()),
    mchid: v.exactOptional(v.string()),
    sub_mchid: v.exactOptional(v.string()),
    amount: v.exactOptional(StoredFen),
  } satisfies Entries<HeldOrder>)

const held = () =>
  v.looseObject({
    form: v.picklist(HELD_FORMS),
    orders: v.array(heldOrder()),
  } satisfies Entries<NonNullable<NoticeContent['held']>>)

const resource = () =>
  v.looseObject({
    algorithm: v.string(),
    ciphertext: v.string(),
    nonce: v.string(),
    associated_data: v.exactOptional(v.string()),
  } satisfies Entries<NonNullable<NoticeContent['resource']>>)

export const noticeSchema = () =>
  v.looseObject({
    fact_key: v.string(),
    v: v.literal(1),
    kind: v.literal('notification'),
    mchid: v.string(),
    content_hash: v.string(),
    source: v.literal('notification'),
    received_at: StoredInteger,
    conflicts_with: v.exactOptional(v.string()),
    notice: v.looseObject({
      notification_id: v.exactOptional(v.string()),
      event_type: v.string(),
      original_type: v.exactOptional(v.string()),
      held: v.exactOptional(held()),
      out_trade_no: v.exactOptional(v.string()),
      trade_state: v.exactOptional(v.string()),
      resource: v.exactOptional(resource()),
      fields: v.exactOptional(v.record(v.string(), v.string())),
      left_out: v.exactOptional(v.array(v.string())),
      content: v.exactOptional(v.string()),
    } satisfies Entries<NoticeContent>),
  } satisfies Entries<Notice>)
