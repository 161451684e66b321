import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import { fen } from '#shared/money.ts'
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import { APPID, MCHID, NOW } from '#test/support/orders.ts'

const telling = { source: 'query', received_at: NOW } as const
const bare = { appid: APPID, mchid: MCHID, out_trade_no: 'ORDER-0001', trade_state: 'NOTPAY' } as const
const paid: Transaction = {
  ...bare,
  trade_state: 'SUCCESS',
  transaction_id: '42',
  success_time: '2026-03-01T12:00:05+08:00',
  amount: { total: fen(1000), currency: 'CNY' },
}
const refund: ChannelRefund = {
  refund_id: '50',
  out_refund_no: 'R1',
  transaction_id: '42',
  out_trade_no: 'ORDER-0001',
  status: 'SUCCESS',
  amount: { total: fen(1000), refund: fen(300) },
}

describe('what a transaction asserts', () => {
  it('is a payment, with all that WeChat told of it', () => {
    const told = { trade_type: 'NATIVE', bank_type: 'OTHERS', attach: 'shelf 7' }
    const content = {
      appid: APPID,
      transaction_id: '42',
      success_time: '2026-03-01T12:00:05+08:00',
      amount: { total: 1000, currency: 'CNY' },
    }
    expect(factOfTransaction({ ...paid, ...told }, telling)).toMatchObject({
      ...telling,
      kind: 'payment',
      state: 'SUCCESS',
    })
    expect(factOfTransaction({ ...paid, ...told }, telling)).toHaveProperty('payment', {
      ...content,
      ...told,
    })
    expect(factOfTransaction(paid, telling)).toStrictEqual({
      ...factOfTransaction(paid, telling),
      payment: content,
    })
    for (const field of ['trade_type', 'bank_type', 'attach'] as const)
      expect(factOfTransaction({ ...paid, [field]: 'x' }, telling)).toHaveProperty('payment', {
        ...content,
        [field]: 'x',
      })
  })

  it.each(['4200000000000001', '4"2', '4\\2', '4\u20282', ''])(
    'has the hash that facts of earlier releases have: %j',
    (transaction_id) => {
      const json = JSON.stringify([APPID, transaction_id, '1000', 'CNY'])
      expect(factOfTransaction({ ...paid, transaction_id }, telling)?.content_hash).toBe(hash('sha256', json))
    },
  )

  it('is still the payment after a refund, and a close when it is closed', () => {
    expect(factOfTransaction({ ...paid, trade_state: 'REFUND' }, telling)).toMatchObject({ state: 'SUCCESS' })
    expect(factOfTransaction({ ...bare, trade_state: 'CLOSED' }, telling)).toMatchObject({
      state: 'CLOSED',
      out_trade_no: 'ORDER-0001',
      ...telling,
    })
  })

  it.each(['NOTPAY', 'USERPAYING', 'PAYERROR', 'REVOKED'] as const)(
    'is nothing final in the state %s',
    (trade_state) => {
      expect(factOfTransaction({ ...paid, trade_state }, telling)).toBeUndefined()
    },
  )

  it.each(['transaction_id', 'appid', 'amount'] as const)('is nothing without %s', (field) => {
    const { [field]: _, ...rest } = paid
    expect(factOfTransaction(rest, telling)).toBeUndefined()
  })

  it('is of the time when it was told where WeChat tells none, and the same fact', () => {
    const { success_time: _, ...rest } = paid
    const fact = factOfTransaction(rest, telling)
    expect(fact).toHaveProperty('payment.success_time', new Date(NOW).toISOString())
    expect(fact?.content_hash).toBe(factOfTransaction(paid, telling)?.content_hash)
  })
})

describe('what a refund asserts', () => {
  it('is its state, with all that WeChat told of it', () => {
    const told = { success_time: '2026-03-02T12:00:05+08:00', refund_channel: 'ORIGINAL' }
    const content = { refund_id: '50', transaction_id: '42', amount: { total: 1000, refund: 300 } }
    expect(factOfRefund(MCHID, { ...refund, ...told }, telling)).toMatchObject({
      ...telling,
      kind: 'refund',
      out_refund_no: 'R1',
      state: 'SUCCESS',
      mchid: MCHID,
    })
    expect(factOfRefund(MCHID, { ...refund, ...told }, telling)).toHaveProperty('refund', {
      ...content,
      ...told,
    })
    expect(factOfRefund(MCHID, refund, telling)).toStrictEqual({
      ...factOfRefund(MCHID, refund, telling),
      refund: content,
    })
  })

  it.each(['PROCESSING', 'CHANGE', 'success'])('is that WeChat has it, and no end of it, at %s', (status) => {
    expect(factOfRefund(MCHID, { ...refund, status }, telling).state).toBe('PROCESSING')
  })
})
