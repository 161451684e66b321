/** A refund notice of APIv2 as WeChat sends it: the outer XML, and `req_info` sealed with the APIv2 key. All data is made up. */
import { createCipheriv } from 'node:crypto'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { APPID, MCHID } from './orders.ts'

export const APIV2_KEY = 'k'.repeat(32)

export const INNER: Readonly<Record<string, string>> = {
  out_refund_no: 'C1',
  out_trade_no: 'ORDER-0001',
  refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
  refund_fee: '300',
  refund_id: '50000408942018111907145868882',
  refund_recv_accout: '支付用户零钱',
  refund_request_source: 'VENDOR_PLATFORM',
  refund_status: 'SUCCESS',
  settlement_refund_fee: '300',
  settlement_total_fee: '1000',
  success_time: '2026-03-02 12:00:05',
  total_fee: '1000',
  transaction_id: '4200000000000001',
}

export function xmlOf(root: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
  return `<${root}>\n${lines.join('\n')}\n</${root}>`
}

function sealedInfo(inner: string, key = APIV2_KEY): string {
  const cipher = createCipheriv('aes-256-ecb', loadApiV2Key(key).export(), null)
  return cipher.update(inner, 'utf8', 'base64') + cipher.final('base64')
}

export interface Told {
  readonly inner?: string
  readonly key?: string
  readonly outer?: Readonly<Record<string, string>>
}

export function refundNotice({
  inner = xmlOf('root', INNER),
  key = APIV2_KEY,
  outer = {},
}: Told = {}): string {
  return xmlOf('xml', {
    return_code: 'SUCCESS',
    appid: APPID,
    mch_id: MCHID,
    nonce_str: 'TeqClE3i0mvn3DrK',
    req_info: sealedInfo(inner, key),
    ...outer,
  })
}
