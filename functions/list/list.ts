/** Lists orders and refunds for people, page by page: the indexes name them, and each is read before it is shown. Calls nobody. */
import { orderSummary } from '#shared/api/order-list.ts'
import type { OrderList, RefundList } from '#shared/api/order-list.ts'
import { refundView } from '#shared/api/order-view.ts'
import type { RefundView } from '#shared/api/order-view.ts'
import { beijingDay, daysAfter } from '#shared/beijing-day.ts'
import type { Clock } from '#shared/clock.ts'
import { awaitsFirstLook } from '#shared/orders/day-index.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { OrderLists } from '#shared/orders/order-lists.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { isUnpaid, refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { MOST_FIRST_LOOK_SECONDS } from '#shared/time-limits.ts'
import { filled, readEach } from './filled.ts'
import type { Source } from './filled.ts'
import type { PaymentListing, RefundListing } from './schema.ts'

export interface ListDeps {
  readonly mchid: string
  readonly orders: Pick<OrderStore, 'get' | 'findByRefundNumber'>
  readonly lists: OrderLists
  readonly clock: Clock
}

/** Creates the operations. */
export function createList(deps: ListDeps) {
  return {
    async payments(listing: PaymentListing): Promise<OrderList> {
      const fresh = await justPlaced(deps, listing)
      const source = listing.state === 'held' ? heldOrders(deps, listing) : ordersOfDays(deps, listing)
      const { found, unreadable, next } = await filled(source, listing, listing.limit - fresh.length)
      return { orders: [...fresh, ...found].map(orderSummary), unreadable: [...unreadable], next }
    },

    async refunds(listing: RefundListing): Promise<RefundList> {
      const { found, unreadable, next } = await filled(refundsOfDays(deps, listing), listing, listing.limit)
      return { refunds: [...found], unreadable: [...unreadable], next }
    },
  }
}

function ordersOfDays(deps: ListDeps, { from, to, state }: PaymentListing): Source<Order> {
  return {
    first: to,
    after: (day) => (day > from ? daysAfter(day, -1) : undefined),
    list: async (day, page) =>
      (await deps.lists.ordersOfDay(day, page)).map(({ out_trade_no: number, paid }) => ({
        number,
        wanted: state === undefined || (state === 'paid') === paid,
      })),
    read: (number) => ownOrder(deps, number),
    // Written since it was listed, it may stand elsewhere now.
    fits: (order) => state === undefined || (state === 'paid' ? order.status === 'PAID' : isUnpaid(order)),
  }
}

function heldOrders(deps: ListDeps, { from, to, hold, dated }: PaymentListing): Source<Order> {
  const inDays = (order: Order) => !dated || (dayOf(order) >= from && dayOf(order) <= to)
  return {
    first: 'held',
    after: () => undefined,
    list: async (_, page) => (await deps.lists.held(page)).map((number) => ({ number, wanted: true })),
    read: (number) => ownOrder(deps, number),
    fits: (order) => {
      const reasons = Object.values(order.holds)
      return inDays(order) && (hold === undefined ? reasons.length > 0 : reasons.includes(hold))
    },
  }
}

function refundsOfDays(deps: ListDeps, { from, to, status }: RefundListing): Source<RefundView> {
  return {
    first: to,
    after: (day) => (day > from ? daysAfter(day, -1) : undefined),
    list: async (day, page) =>
      (await deps.lists.refundsOfDay(day, page)).map((number) => ({ number, wanted: true })),
    read: (number) => ownRefund(deps, number),
    fits: (refund) => status === undefined || refund.status === status,
  }
}

/** The day under which an order is listed. */
function dayOf({ success_time, created_at }: Order): string {
  const paidAt = success_time === undefined ? Number.NaN : Date.parse(success_time)
  return beijingDay(Number.isNaN(paidAt) ? created_at : paidAt)
}

/** Of the last minutes: no index of days has an unpaid order before its first look. They stand first, on the first page. */
async function justPlaced(deps: ListDeps, listing: PaymentListing): Promise<readonly Order[]> {
  const { from, to, state, place, limit } = listing
  if (place !== undefined || !(state === undefined || state === 'unpaid')) return []
  const now = deps.clock.now()
  const numbers = await deps.lists.dueWithin(now, now + MOST_FIRST_LOOK_SECONDS * 1000, limit)
  const { found } = await readEach(numbers, (number) => ownOrder(deps, number))
  return found.filter((order) => awaitsFirstLook(order) && dayOf(order) >= from && dayOf(order) <= to)
}

function ownOrder({ orders, mchid }: ListDeps, outTradeNo: string): Promise<Order | undefined> {
  return orders.get(orderKey(mchid, outTradeNo))
}

/** @returns undefined for a number that was given back, or whose refund was not made. */
async function ownRefund({ orders, mchid }: ListDeps, outRefundNo: string): Promise<RefundView | undefined> {
  const key = await orders.findByRefundNumber(mchid, outRefundNo)
  const order = key === undefined ? undefined : await orders.get(key)
  const refund = order === undefined ? undefined : refundOf(order, outRefundNo)
  return order === undefined || refund === undefined ? undefined : refundView(order, refund)
}
