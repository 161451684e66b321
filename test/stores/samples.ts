/** Orders and facts for the contract tests. */
import { noticeReceived } from '#shared/facts/notice.ts'
import { paymentSucceeded, refundReached } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Refund1 } from '#shared/stores/order-form-1.ts'
import { anOrder } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'

export const MCHID = '1900000109'
export const NOW = 1_770_000_000_000

export function sampleOrder(outTradeNo: string, changes: Sketch = {}): Order {
  return anOrder({
    order_key: orderKey(MCHID, outTradeNo),
    mchid: MCHID,
    out_trade_no: outTradeNo,
    status: 'CREATED',
    amount: { total: fen(100), currency: 'CNY' },
    description: '图书 📚',
    attach: '',
    request_hash: 'a'.repeat(64),
    created_at: NOW,
    updated_at: NOW,
    ...changes,
  })
}

export function sampleRefund(outRefundNo: string, amount = 1): Refund1 {
  return {
    out_refund_no: outRefundNo,
    status: 'REQUESTED',
    amount: fen(amount),
    request: '{"reason":"退款 \\u0000 \\"quoted\\""}',
    request_hash: 'b'.repeat(64),
    created_at: NOW,
    updated_at: NOW,
  }
}

export function samplePayment(outTradeNo: string, receivedAt = NOW): Fact {
  return paymentSucceeded(
    { mchid: MCHID, out_trade_no: outTradeNo, source: 'notification', received_at: receivedAt },
    {
      appid: 'wxd678efh567hg6787',
      transaction_id: '4200000000000000000000000001',
      success_time: '2026-02-02T10:00:00+08:00',
      amount: { total: fen(100), payer_total: fen(99), currency: 'CNY' },
      trade_type: 'NATIVE',
      attach: '',
    },
  )
}

export function sampleRefundFact(outRefundNo: string): Fact {
  return refundReached(
    {
      mchid: MCHID,
      out_trade_no: 'order-1',
      out_refund_no: outRefundNo,
      state: 'SUCCESS',
      source: 'query',
      received_at: NOW,
    },
    {
      refund_id: '50000000382019052709732678859',
      transaction_id: '4200000000000000000000000001',
      amount: { total: fen(100), refund: fen(1) },
    },
  )
}

export function sampleNotice(notification_id: string) {
  const sealed = { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'abc=', nonce: 'fdasfjihihih' }
  const order = { out_trade_no: 'A', combine_out_trade_no: 'C', transaction_id: '42', amount: fen(7) }
  return noticeReceived({
    mchid: MCHID,
    received_at: NOW,
    plain: Buffer.from('{}'),
    notice: {
      notification_id,
      event_type: 'COMPLAINT.CREATE',
      original_type: 'complaint',
      held: { form: 'combine', orders: [order] },
      resource: { ...sealed, associated_data: 'complaint' },
      content: '{}',
    },
  })
}
