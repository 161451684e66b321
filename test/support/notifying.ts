/** A notify operation over in-memory ports, and WeChat's side of it. */
import type { KeyObject } from 'node:crypto'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createNotify } from '#functions/notify/notify.ts'
import type { NoticeWish } from '#shared/notice-types.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { APPID, MCHID, NOW } from './orders.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  makePlatformPublicKey,
  sealNotification,
  signedHeaders,
} from './wechat-keys.ts'
import { aWorld } from './world.ts'

export const validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2030-01-01') }
const certificate = makePlatformCertificate(validity)
const publicKey = makePlatformPublicKey()
export const platform = {
  certificate,
  publicKey,
  ring: createKeyRing([certificate.record, publicKey.record]),
}
export const merchant = makeMerchant(MCHID)
export const SUCCESS = paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')
export const payment = {
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: '2026-03-01T12:00:05+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' },
}
export const refund = {
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  out_refund_no: 'R1',
  refund_id: '50',
  refund_status: 'SUCCESS',
  success_time: '2026-03-02T12:00:05+08:00',
  user_received_account: '招商银行信用卡0403',
  amount: { total: 1000, refund: 300, payer_total: 1000, payer_refund: 300 },
}

export interface Sent {
  readonly content?: unknown
  readonly event_type?: string
  readonly original_type?: string
  readonly kind?: 'payment' | 'refund'
  readonly apiV3Key?: typeof merchant.apiV3Key
  readonly signer?: Pick<ReturnType<typeof makePlatformCertificate>, 'serial' | 'privateKey'>
  readonly headers?: Record<string, string | undefined>
  readonly tamper?: (body: Buffer) => Buffer
  readonly now?: number
  readonly id?: string
}

export function setUp(ring: () => Promise<KeyRing> = async () => platform.ring) {
  const world = aWorld()
  const asked = { reloads: 0, refreshes: 0, apiV3Reloads: 0 }
  const reload: { ring: KeyRing; apiV3Keys: readonly KeyObject[] } = {
    ring: platform.ring,
    apiV3Keys: [merchant.apiV3Key],
  }
  const deps = {
    ...world,
    noticeTypes: new Map<string, NoticeWish>([
      ['COMPLAINT.', 'event'],
      ['MCHTRANSFER.', 'content'],
    ]),
    appids: [APPID],
    keyRing: ring,
    reloadKeyRing: async () => ((asked.reloads += 1), reload.ring),
    keyRefresh: { request: async () => void (asked.refreshes += 1) },
    apiV3Keys: async () => [merchant.apiV3Key],
    reloadApiV3Keys: async () => ((asked.apiV3Reloads += 1), reload.apiV3Keys),
  }
  const notify = createNotify(deps)
  const send = ({
    content = payment,
    event_type = 'TRANSACTION.SUCCESS',
    original_type = 'transaction',
    kind = 'payment',
    apiV3Key = merchant.apiV3Key,
    signer = platform.certificate,
    headers = {},
    tamper = (body) => body,
    now = NOW,
    id = 'EV-1',
  }: Sent = {}) => {
    const body = Buffer.from(sealNotification({ apiV3Key, content, event_type, original_type, id }))
    return notify(
      { kind, headers: { ...signedHeaders(signer, body, { now }), ...headers }, body: tamper(body) },
      world.logger,
    )
  }
  return { world, deps, asked, reload, send }
}
export const refunded = {
  content: refund,
  event_type: 'REFUND.SUCCESS',
  original_type: 'refund',
  kind: 'refund',
} as const
