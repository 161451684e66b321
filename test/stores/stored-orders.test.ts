import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import {
  orderFromItem,
  orderToItem,
  pointerTarget,
  pointerToItem,
  writeIdOf,
} from '#shared/stores/order-item.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { anOrder, NOW, paidOrder } from '#test/support/orders.ts'

describe('a stored order', () => {
  it('of a later form is refused by its kind and version', () => {
    const item = orderToItem(anOrder(), 'w1')
    expect(() => orderFromItem({ ...item, v: { N: '2' } })).toThrow(/the stored order has form 2/)
    const pointer = pointerToItem('refund#1#R1', 'order-1')
    expect(() => pointerTarget({ ...pointer, v: { N: '2' } })).toThrow(/the stored refund pointer has form 2/)
    expect(pointerTarget(pointer)).toBe('order-1')
  })

  it('with one refund number twice is refused', () => {
    const refund = {
      out_refund_no: 'R1',
      status: 'SUCCESS',
      amount: fen(1),
      created_at: NOW,
      updated_at: NOW,
    } as const
    const item = orderToItem(paidOrder({ refunds: { R1: refund, other: refund } }), 'w1')
    expect(() => orderFromItem(item)).toThrow(/the stored order cannot be read: refunds/)
  })

  it('is in the index of due orders only while it is to be looked at', () => {
    expect(orderToItem(anOrder({ next_check_at: NOW }), 'w1')['due_shard']?.S).toMatch(/^(?:\d|1[0-5])$/)
    expect(orderToItem(anOrder(), 'w1')).not.toHaveProperty('due_shard')
  })

  it('says `channel` of the payment method and of the refund channel, as it always did', () => {
    const refund = {
      out_refund_no: 'R1',
      status: 'SUCCESS',
      amount: fen(1),
      created_at: NOW,
      updated_at: NOW,
    }
    const order = paidOrder({
      method: 'h5',
      refunds: Object.assign(Object.create(null), { R1: { ...refund, refund_channel: 'ORIGINAL' } }),
    })
    const item = orderToItem(order, 'w1')
    expect(item['channel']).toEqual({ S: 'h5' })
    expect(item['refunds']?.L?.[0]?.M?.['channel']).toEqual({ S: 'ORIGINAL' })
    expect(JSON.stringify(item)).not.toMatch(/"(?:method|refund_channel)"/)
    expect(orderFromItem(item)).toEqual(order)
    const { channel: _, ...without } = item
    expect(orderFromItem(without)).not.toHaveProperty('method')
  })

  it('keeps what a newer release wrote, at every level', () => {
    const refund = {
      out_refund_no: 'R1',
      status: 'SUCCESS',
      amount: fen(1),
      created_at: NOW,
      updated_at: NOW,
    }
    const newer = paidOrder({ refunds: { R1: { ...refund, newer: 1 } as unknown as Refund } })
    const item = orderToItem({ ...newer, newer: { deep: true } } as unknown as Order, 'w1')
    expect(orderToItem(orderFromItem(item), 'w1')).toEqual(item)
  })

  it('names the write that made it', () => {
    expect(writeIdOf(orderToItem(anOrder(), 'w1'))).toBe('w1')
    expect([writeIdOf(undefined), writeIdOf({})]).toEqual([undefined, undefined])
  })
})
