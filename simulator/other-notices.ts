/** Notifications that are neither of a payment nor of a refund: some with content of their own, any type with content that is given. */
import * as v from 'valibot'
import { beijingTime } from './beijing-time.ts'
import { ControlError } from './control-error.ts'
import type { Ids } from './ids.ts'
import type { Notice } from './notices.ts'
import type { Wire } from './views.ts'

export const otherNoticeFields = {
  event_type: v.pipe(v.string(), v.minLength(1)),
  /** Laid over the content that the simulator has for this type, or the content itself. */
  resource: v.optional(v.record(v.string(), v.unknown())),
  original_type: v.optional(v.string()),
  associated_data: v.optional(v.string()),
  summary: v.optional(v.string()),
} as const
const noticeSchema = v.object(otherNoticeFields)
export type OtherNotice = v.InferOutput<typeof noticeSchema>

export interface NoticeMoment {
  readonly mchid: string
  readonly ids: Ids
  readonly now: number
}

interface Preset {
  readonly summary: string
  readonly content: (moment: NoticeMoment) => Wire
}

const COMPLAINT_ID = '200201820200101080076610000'

const PRESETS: ReadonlyMap<string, Preset> = new Map([
  [
    'COMPLAINT.CREATE',
    {
      summary: '产生新投诉',
      content: () => ({ complaint_id: COMPLAINT_ID, action_type: 'CREATE_COMPLAINT' }),
    },
  ],
  [
    'COMPLAINT.STATE_CHANGE',
    {
      summary: '投诉单状态变化',
      content: () => ({ complaint_id: COMPLAINT_ID, action_type: 'USER_REVOKE' }),
    },
  ],
  ['MCHTRANSFER.BILL.FINISHED', { summary: '商家转账单据终态通知', content: transferBill }],
  ['PROFITSHARING', { summary: '分账', content: profitSharing }],
])

function transferBill({ mchid, ids, now }: NoticeMoment): Wire {
  return {
    out_bill_no: `T${ids.text(20)}`,
    transfer_bill_no: ids.transactionId(now),
    state: 'SUCCESS',
    mch_id: mchid,
    transfer_amount: 100,
    openid: `o${ids.text(27)}`,
    create_time: beijingTime(now),
    update_time: beijingTime(now),
  }
}

function profitSharing({ mchid, ids, now }: NoticeMoment): Wire {
  return {
    mchid,
    transaction_id: ids.transactionId(now),
    order_id: ids.transactionId(now),
    out_order_no: `P${ids.text(20)}`,
    receiver: { type: 'MERCHANT_ID', account: mchid, amount: 100, description: '分账' },
    success_time: beijingTime(now),
  }
}

/** `original_type` by the first word of the event type, where it is not that word itself in lower case. */
const ORIGINAL_TYPES: ReadonlyMap<string, string> = new Map([
  ['MCHTRANSFER', 'mch_payment'],
  ['PROFITSHARING_RETURN', 'profitsharing'],
  ['SECURITY_ECHO', 'security'],
])

function originalTypeOf(eventType: string): string {
  const [word = ''] = eventType.split('.')
  return ORIGINAL_TYPES.get(word) ?? word.toLowerCase()
}

/** Puts a notice together. @throws ControlError for a type without content here when none is given. */
export function otherNotice(given: OtherNotice, moment: NoticeMoment): Notice {
  const preset = PRESETS.get(given.event_type)
  if (preset === undefined && given.resource === undefined) {
    const known = [...PRESETS.keys()].join(', ')
    throw new ControlError(400, 'bad_request', `${given.event_type} needs a resource; only ${known} do not`)
  }
  return {
    id: moment.ids.notificationId(),
    eventType: given.event_type,
    originalType: given.original_type ?? originalTypeOf(given.event_type),
    ...(given.associated_data === undefined ? {} : { associatedData: given.associated_data }),
    summary: given.summary ?? preset?.summary ?? '通知',
    createdAt: moment.now,
    resource: { ...preset?.content(moment), ...given.resource },
  }
}
