import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, paidOrder, prepayBody, refundBody } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { envelopeOf, resourceOf, startReceiver } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'
import { encrypted } from './support/wechat-field.ts'

let simulator: Simulator
let merchant: Merchant
let receiver: Receiver

const DELAY_MS = 300_000

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: DELAY_MS,
  })
  merchant = createMerchant(simulator)
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.arrivals.length = 0
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

const queryOrder = (number: string): Promise<Answer> =>
  merchant.get(`/v3/pay/transactions/out-trade-no/${number}?mchid=${MCHID}`)
const queryRefund = (number: string): Promise<Answer> => merchant.get(`/v3/refund/domestic/refunds/${number}`)

describe('a refund on the merchant platform', () => {
  it('is silent: the order says REFUND, and the refund is found by its number', async () => {
    const number = await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.advance(1000)
    const refund = await simulator.control.refundElsewhere({ out_trade_no: number, reason: '客服退款' })
    expect(refund).toMatchObject({ status: 'SUCCESS', amount: { refund: 100, total: 100 } })
    expect(refund.out_refund_no).toMatch(/^REF\d{28}$/)
    await simulator.advance(86_400_000)
    expect(receiver.arrivals.map((arrival) => envelopeOf(arrival).event_type)).toEqual([
      'TRANSACTION.SUCCESS',
    ])
    expect((await queryOrder(number)).json.trade_state).toBe('REFUND')
    const { status, json } = await queryRefund(refund.out_refund_no)
    expect([status, json.status, json.refund_id]).toEqual([200, 'SUCCESS', refund.refund_id])
    expect((await simulator.control.books()).refunds.SUCCESS.total).toBe(100)
  })

  it('takes a part, then all that is left, and settles in time when it is on its way', async () => {
    const number = await paidOrder(simulator)
    const part = {
      out_trade_no: number,
      amount: 30,
      out_refund_no: 'CONSOLE-1',
      status: 'PROCESSING',
    } as const
    expect((await simulator.control.refundElsewhere(part)).status).toBe('PROCESSING')
    await simulator.advance(DELAY_MS)
    expect((await queryRefund('CONSOLE-1')).json.status).toBe('SUCCESS')
    const rest = await simulator.control.refundElsewhere({ out_trade_no: number })
    expect(rest.amount.refund).toBe(70)
    await expect(simulator.control.refundElsewhere({ out_trade_no: number })).rejects.toThrow('nothing_left')
    await expect(simulator.control.refundElsewhere({ out_trade_no: number, amount: 1 })).rejects.toThrow(
      '申请退款金额超过订单可退金额',
    )
  })

  it('needs a paid order', async () => {
    await expect(simulator.control.refundElsewhere({ out_trade_no: 'UNKNOWN1' })).rejects.toThrow(
      '订单不存在',
    )
    const body = prepayBody()
    await merchant.post('/v3/pay/transactions/native', body)
    await expect(
      simulator.control.refundElsewhere({ out_trade_no: String(body['out_trade_no']) }),
    ).rejects.toThrow('订单不存在')
  })
})

describe('an abnormal refund', () => {
  interface Abnormal {
    readonly id: string
    readonly number: string
  }

  async function abnormal(): Promise<Abnormal> {
    const body = refundBody(await paidOrder(simulator), { notify_url: receiver.url })
    const { json } = await merchant.post('/v3/refund/domestic/refunds', body)
    const number = String(body['out_refund_no'])
    await simulator.control.finishRefund(number, 'ABNORMAL')
    return { id: json.refund_id, number }
  }

  const apply = (id: string, body: unknown, serial?: string): Promise<Answer> =>
    merchant.post(`/v3/refund/domestic/refunds/${id}/apply-abnormal-refund`, body, {
      headers: { 'Wechatpay-Serial': serial },
    })

  function toUser(number: string, pem: string, oaepHash?: string): Record<string, string> {
    return {
      out_refund_no: number,
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
      bank_account: encrypted(pem, '6225880000000000', oaepHash),
      real_name: encrypted(pem, '张三', oaepHash),
    }
  }

  it('goes to the card of the merchant without card data, and succeeds with a notification', async () => {
    const { id, number } = await abnormal()
    const { status, json } = await apply(id, { out_refund_no: number, type: 'MERCHANT_BANK_CARD' })
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({ status: 'PROCESSING', channel: 'OTHER_BANKCARD', out_refund_no: number }),
    ])
    await simulator.advance(DELAY_MS)
    expect((await queryRefund(number)).json.status).toBe('SUCCESS')
    const told = receiver.arrivals.map((arrival) => resourceOf(simulator.keys().apiv3_key, arrival))
    expect(told.map((resource) => resource?.['refund_status'])).toEqual(['ABNORMAL', 'SUCCESS'])
  })

  it('goes to a card of the payer, whose data only WeChat can read', async () => {
    const { id, number } = await abnormal()
    const { serial_no: serial, certificate_pem: pem } = simulator.keys().platform.certificates[0]!
    const body = toUser(number, pem)
    expect((await apply(id, body)).json.detail.field).toBe('Wechatpay-Serial')
    expect((await apply(id, body, simulator.keys().public_key.id)).json.detail.field).toBe('Wechatpay-Serial')
    const otherKey = toUser(number, simulator.keys().public_key.public_key_pem)
    expect((await apply(id, otherKey, serial)).json.detail.field).toBe('/bank_account')
    const sha256 = toUser(number, pem, 'sha256')
    expect((await apply(id, sha256, serial)).json.detail.field).toBe('/bank_account')
    expect((await apply(id, { ...body, bank_account: undefined }, serial)).json.detail.field).toBe(
      '/bank_account',
    )
    expect((await apply(id, { ...body, bank_type: 'CMB_CREDIT' }, serial)).json.detail.field).toBe(
      '/bank_type',
    )
    const taken = await apply(id, body, serial.toLowerCase())
    expect([taken.status, taken.json.status]).toEqual([200, 'PROCESSING'])
    // The same again, encrypted anew.
    expect((await apply(id, toUser(number, pem), serial)).json).toEqual(taken.json)
  })

  it('takes the WeChat Pay public key where the merchant has one', async () => {
    const { id, number } = await abnormal()
    const { public_key: publicKey } = await simulator.control.setMode('mixed')
    expect((await apply(id, toUser(number, publicKey.public_key_pem), publicKey.id)).status).toBe(200)
    await simulator.control.setMode('certificate')
  })

  it('is refused for another refund, and for one that is not abnormal', async () => {
    const first = await abnormal()
    const second = await abnormal()
    const body = { out_refund_no: first.number, type: 'MERCHANT_BANK_CARD' }
    const crossed = await apply(second.id, body)
    expect([crossed.status, crossed.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    await simulator.control.finishRefund(first.number, 'SUCCESS')
    const late = await apply(first.id, body)
    expect([late.status, late.json.code]).toEqual([400, 'INVALID_REQUEST'])
    expect((await apply(second.id, { ...body, type: 'BALANCE' })).json.detail.field).toBe('/type')
  })
})
