/** What a write of an order costs that has had as many refunds as one may have. */
import { createHash } from 'node:crypto'
import { fen } from '#shared/money.ts'
import { refundFailed, refundReached } from '#shared/facts/fact.ts'
import { reserve } from '#shared/ledger/reservation.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { changed } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import { NOW, paidOrder } from '#test/support/orders.ts'
import { startedUnits } from '../dynamo-units.ts'
import { itemBytes } from '../item-bytes.ts'

/** WeChat takes 50 of an order; those that it refused do not count, and are kept as well. */
const TAKEN = 50
const REFUSED = 100
const KB = 1024
const MINUTE = 60_000

export function fullOrder(): Order {
  let order: Order = paidOrder({ request_hash: digest('request'), refunds: {} })
  for (let index = 0; index < REFUSED + TAKEN; index += 1)
    order = index < REFUSED ? refused(order, index) : taken(order, index)
  return order
}

/** Units that one write of an order takes, without its indexes. */
export function writeUnits(order: Order, form: OrderForm): number {
  return startedUnits(itemBytes(wire(orderToItem(order, { writeId: 'w'.repeat(36), form }))), KB)
}

/** As it is sent: bytes in base64. */
function wire(item: Item): Parameters<typeof itemBytes>[0] {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? { ...value } : { B: Buffer.from(value.B).toString('base64') },
    ]),
  )
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function reserved(order: Order, index: number): { readonly order: Order; readonly number: string } {
  const number = digest(`number ${index}`)
  const request = JSON.stringify({ out_refund_no: number, amount: { refund: 1 } })
  const asked = { out_refund_no: number, amount: fen(1), request, request_hash: digest(number) }
  const books = reserve(order.books, asked, NOW + index * MINUTE)
  if ('refused' in books) throw new Error(`refund ${index} of a full order is ${books.refused}`)
  return { order: changed(order, { books }, NOW + index * MINUTE), number }
}

function refused(before: Order, index: number): Order {
  const { order, number } = reserved(before, index)
  const now = NOW + index * MINUTE + 137
  const { mchid, out_trade_no } = order
  const input = { mchid, out_trade_no, out_refund_no: number, source: 'answer', received_at: now } as const
  return applyFact(order, refundFailed({ ...input, attempt: 1, failure_code: 'USER_ACCOUNT_ABNORMAL' }), now)
    .order
}

function taken(before: Order, index: number): Order {
  const { order, number } = reserved(before, index)
  return (['PROCESSING', 'SUCCESS'] as const).reduce((current, state, step) => {
    const now = NOW + index * MINUTE + 241 * (step + 1)
    const told = {
      refund_id: `503${String(Number.parseInt(digest(number).slice(0, 12), 16)).padStart(25, '0')}`,
      transaction_id: current.transaction_id ?? '',
      amount: { total: fen(1000), refund: fen(1) },
      refund_channel: 'ORIGINAL',
      ...(state === 'SUCCESS' ? { success_time: '2026-03-01T12:00:05+08:00' } : {}),
    }
    const { mchid, out_trade_no } = current
    const input = { mchid, out_trade_no, out_refund_no: number, state, source: 'notification' } as const
    return applyFact(current, refundReached({ ...input, received_at: now }, told), now).order
  }, order)
}
