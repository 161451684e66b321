/** The small form: orders that were stored in it stay readable, it can be gone back from, and it is small. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'
import { itemBytes } from '../../bench/item-bytes.ts'
import { anOrder, MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'

interface Sample {
  readonly item: Readonly<Record<string, { readonly B?: string }>>
  readonly order: Order
}
/** As the first release with this form stored them. */
const samples: Readonly<Record<string, Sample>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'form-3-samples.json'), 'utf8'),
)
const none = async () => undefined
const inForm = (form: 1 | 2 | 3, order: Order) => orderToItem(order, { writeId: 'w'.repeat(36), form })

function itemOf({ item }: Sample): Item {
  const entries = Object.entries(item).map(([name, value]) => [
    name,
    value.B === undefined ? value : { B: Buffer.from(value.B, 'base64') },
  ])
  return Object.fromEntries(entries) as Item
}

/** In units of DynamoDB's writes. */
function unitsOf(item: Item): number {
  const onWire = Object.entries(item).map(([name, value]) => [
    name,
    value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
  ])
  return Math.ceil(itemBytes(Object.fromEntries(onWire)) / 1024)
}

describe('an order of form 3', () => {
  it.each(Object.keys(samples))('that was stored is read: %s', async (name) => {
    const sample = samples[name]!
    expect(await orderFromItem(itemOf(sample), none)).toEqual(sample.order)
  })

  it('is read, and written in both forms before it', async () => {
    const orders = [
      anOrder({ next_check_at: NOW, claimed_until: NOW, claim_id: 'c' }),
      paidOrder({ refunds: { R1: { status: 'SUCCESS' } } }),
      applyFact(undefined, paymentFact(), NOW).order,
    ]
    for (const order of orders) {
      const read = await orderFromItem(inForm(3, order), none)
      expect(read).toEqual(order)
      for (const form of [1, 2] as const) expect(await orderFromItem(inForm(form, read), none)).toEqual(order)
    }
  })

  it('shows whoever looks at the table what it comes to', () => {
    expect(inForm(3, paidOrder())['shown']?.M).toMatchObject({
      status: { S: 'PAID' },
      refundable: { N: '1000' },
    })
  })
})

describe('each write of an order of form 3', () => {
  const hashed = (text: string) => createHash('sha256').update(text).digest('hex')
  const request = (number: string) =>
    JSON.stringify({
      transaction_id: '4200000000000001',
      out_refund_no: number,
      reason: '商品已售完，退款',
      notify_url: 'https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn/wechatpay/notify/refund',
      amount: { refund: 300, total: 1000, currency: 'CNY' },
    })

  it('is one unit, with long texts and with a refund at every step', () => {
    const placed = {
      description: '深圳分店-公众号支付-商品描述'.repeat(5),
      attach: '自定义数据'.repeat(10),
      request_hash: hashed('request'),
      prepay: { prepay_id: `wx${hashed('prepay').slice(0, 34)}`, obtained_at: NOW },
      next_check_at: NOW,
    }
    const asked = paidOrder({
      ...placed,
      refunds: { R1: { status: 'UNKNOWN', request: request('R1'), request_hash: hashed('R1') } },
    })
    const steps = [
      anOrder(placed),
      applyFact(anOrder(placed), paymentFact(), NOW).order,
      asked,
      applyFact(asked, refundFact('R1', 'PROCESSING'), NOW).order,
      applyFact(asked, refundFact('R1', 'SUCCESS'), NOW).order,
    ]
    expect(steps.map((order) => unitsOf(inForm(3, order)))).toEqual(steps.map(() => 1))
  })

  it('is at most a third of those of form 1 with as many refunds as there can be', () => {
    const refunds = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => {
        const number = hashed(`number ${index}`).slice(0, 20)
        const made = index < 50
        const refund = {
          status: made ? ('SUCCESS' as const) : ('FAILED' as const),
          amount: fen(1),
          request_hash: hashed(number),
          ...(made
            ? { refund_id: `5030${hashed(number).replaceAll(/\D/g, '').padEnd(25, '1').slice(0, 25)}` }
            : {}),
          ...(made ? {} : { failure_code: 'USER_ACCOUNT_ABNORMAL' }),
          created_at: NOW + index * 977_351,
          updated_at: NOW + index * 977_351 + 5201,
        }
        return [number, refund]
      }),
    )
    const order = paidOrder({ order_key: `${MCHID}#N1`, refunds })
    expect(unitsOf(inForm(3, order)) * 3).toBeLessThanOrEqual(unitsOf(inForm(1, order)))
  })
})
