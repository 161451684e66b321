/** A notice in the XML of APIv2: nothing is signed, and what it says is sealed with the APIv2 key (doc v2/partner/4011989265). */
import { createCipheriv } from 'node:crypto'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { beijingTime } from './beijing-time.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Order, Refund } from './ledger.ts'
import type { Notice } from './notices.ts'
import type { Wire } from './views.ts'

const STATUS_WORDS = {
  SUCCESS: 'SUCCESS',
  CLOSED: 'REFUNDCLOSE',
  ABNORMAL: 'CHANGE',
  PROCESSING: 'PROCESSING',
}

/** The notice of a refund's result, as the address in the merchant platform gets it. */
export function refundNoticeV2(
  refund: Refund,
  { request, payment }: Order,
  { now, ids }: { readonly now: number; readonly ids: Ids },
): Notice {
  const { total } = request.amount
  const amount = refund.request.amount.refund
  return {
    id: ids.notificationId(),
    eventType: 'REFUND.V2',
    originalType: 'refund',
    summary: '退款结果通知',
    createdAt: now,
    v2: { mchid: request.mchid, appid: request.appid },
    resource: {
      out_refund_no: refund.request.out_refund_no,
      out_trade_no: refund.outTradeNo,
      refund_account: 'REFUND_SOURCE_UNSETTLED_FUNDS',
      refund_fee: amount,
      refund_id: refund.refundId,
      refund_recv_accout: refund.account,
      refund_request_source: 'VENDOR_PLATFORM',
      refund_status: STATUS_WORDS[refund.status],
      settlement_refund_fee: amount,
      settlement_total_fee: total,
      ...(refund.successAt === undefined
        ? {}
        : { success_time: beijingTime(refund.successAt).slice(0, 19).replace('T', ' ') }),
      total_fee: total,
      transaction_id: payment?.transactionId,
    },
  }
}

/** Seals it afresh. */
export function noticeXml(
  resource: Wire,
  { mchid, appid }: NonNullable<Notice['v2']>,
  { keys, ids }: { readonly keys: Keys; readonly ids: Ids },
): { readonly headers: Record<string, string>; readonly body: string } {
  const cipher = createCipheriv('aes-256-ecb', loadApiV2Key(keys.apiv2Key), null)
  const req_info = cipher.update(xml('root', resource), 'utf8', 'base64') + cipher.final('base64')
  const outer = { return_code: 'SUCCESS', appid, mch_id: mchid, nonce_str: ids.text(32), req_info }
  return {
    headers: { 'Content-Type': 'text/xml', Accept: '*/*', Pragma: 'no-cache', 'User-Agent': 'Mozilla/4.0' },
    body: xml('xml', outer),
  }
}

function xml(root: string, fields: Wire): string {
  const lines = Object.entries(fields).map(
    ([name, value]) => `<${name}><![CDATA[${String(value)}]]></${name}>`,
  )
  return `<${root}>\n${lines.join('\n')}\n</${root}>`
}
