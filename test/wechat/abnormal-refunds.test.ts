import { afterEach, beforeEach, expect, it } from 'vitest'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { signed, silence } from '#test/support/wechat-peer.ts'

let it_: WechatFixture
beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const named = { refundId: '5030', outRefundNo: 'r-1' }
const refund = {
  refund_id: '5030',
  out_refund_no: 'r-1',
  transaction_id: '4200',
  out_trade_no: 'order-1',
  status: 'PROCESSING',
  amount: { total: 100, refund: 1 },
}
const card = { bank_type: 'ICBC_DEBIT', bank_account: '6222020012345678901', real_name: '张三丰' }
const body = () => JSON.parse(String(it_.primary.requests[0]?.body)) as Record<string, string>

it('names the key and the refund, and sends no card of the merchant', async () => {
  it_.primary.answer(signed(it_.platform.publicKey, refund))
  await it_.wechat.applyAbnormalRefund({ ...named, type: 'MERCHANT_BANK_CARD' })
  const [request] = it_.primary.requests
  expect(request?.url).toBe('/v3/refund/domestic/refunds/5030/apply-abnormal-refund')
  expect(request?.headers['wechatpay-serial']).toBe(it_.platform.publicKey.serial)
  expect(body()).toEqual({ out_refund_no: 'r-1', type: 'MERCHANT_BANK_CARD' })
})

it('seals what a card has, another time each time, and the bank alone is readable', async () => {
  it_.primary.answer(signed(it_.platform.publicKey, refund))
  await it_.wechat.applyAbnormalRefund({ ...named, type: 'USER_BANK_CARD', ...card })
  const { bank_type, bank_account, real_name } = body()
  expect(bank_type).toBe('ICBC_DEBIT')
  for (const sealed of [bank_account, real_name])
    expect(Buffer.from(sealed ?? '', 'base64')).toHaveLength(256)
  const said = JSON.stringify([it_.primary.requests[0]?.url, String(it_.primary.requests[0]?.body), it_.logs])
  expect(said).not.toContain(card.bank_account)
  expect(said).not.toContain(card.real_name)
})

it('is sent once, whatever becomes of it', async () => {
  const wechat = it_.client({}, { attemptTimeoutMs: 100 })
  it_.primary.answer(silence)
  const application = { ...named, type: 'MERCHANT_BANK_CARD' } as const
  expect(await wechatError(wechat.applyAbnormalRefund(application))).toMatchObject({ certain: false })
  expect(it_.primary.requests.length + it_.backup.requests.length).toBe(1)
})

it('is not sent without a key to seal with', async () => {
  const wechat = it_.client({ keyRing: async () => createKeyRing([]) })
  const application = { ...named, type: 'USER_BANK_CARD', ...card } as const
  expect(await wechatError(wechat.applyAbnormalRefund(application))).toMatchObject({
    code: 'not_sent',
    certain: true,
  })
})
