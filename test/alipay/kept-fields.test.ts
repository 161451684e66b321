import { describe, expect, it } from 'vitest'
import { keptOf } from '#shared/alipay/kept-fields.ts'
import { PAID } from './alipay-keys.ts'

const keptWith = (more: Readonly<Record<string, string>>) =>
  keptOf(new Map(Object.entries({ ...PAID, ...more })))

describe('what is kept of a notification', () => {
  it('is what it says of money and orders, without its signature and what differs between repetitions', () => {
    const { notify_time: _, buyer_id, fund_bill_list, subject, ...rest } = PAID
    expect(keptWith({ sign: 'S', sign_type: 'RSA2' })).toEqual({
      fields: rest,
      left_out: Object.keys({ buyer_id, fund_bill_list, subject }),
    })
  })

  it.each(['nickname', 'agreement_no', 'alipay_user_id', 'biz_content', 'contact_fee', 'toString'])(
    'is of %s the name alone, whether anybody foresaw it or not',
    (name) => {
      const { fields, left_out } = keptWith({ [name]: 'of somebody' })
      expect([left_out.includes(name), Object.values(fields)]).toEqual([
        true,
        expect.not.arrayContaining(['of somebody']),
      ])
    },
  )

  it.each(['discount_amount', 'service_fee'])(
    'is money under the new name %s where it looks like money',
    (name) => {
      expect(keptWith({ [name]: '-1.50' }).fields).toHaveProperty(name, '-1.50')
      for (const text of ['1.5.0', '13800138000138000', '1e5', 'x', '']) {
        expect(keptWith({ [name]: text }).fields).not.toHaveProperty(name)
      }
    },
  )
})
