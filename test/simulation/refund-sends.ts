/** Watches every refund that leaves for WeChat (I6, I11). */
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Invocation } from './invocation.ts'
import type { Violations } from './violations.ts'

export interface RefundSends {
  /** The merchant asked for this number and amount. */
  asked(number: string, amount: number): void
  sending(body: string, by: Invocation): void
  answered(body: string): void
  /** WeChat answered for certain that it made no refund: the merchant may have the number sent anew. */
  refused(body: string): void
  /** WeChat told us that it does not know the number. */
  notKnown(number: string): void
}

interface Sent {
  readonly body: string
  by: Invocation | undefined
  mayRepeat: boolean
}

export function createRefundSends({ report }: Violations, orders: ReadonlyMap<string, Order>): RefundSends {
  const asked = new Set<string>()
  const sent = new Map<string, Sent>()
  const numberOf = (body: string) => (JSON.parse(body) as { out_refund_no: string }).out_refund_no

  function checkReserved(number: string, amount: number): void {
    if (!asked.has(`${number} ${amount}`))
      report('I6', `${number} over ${amount} was sent and never asked for`)
    const reserved = [...orders.values()].some((order) => refundOf(order, number)?.amount === amount)
    if (!reserved) report('I6', `${number} was sent without a reservation`)
  }

  return {
    asked: (number, amount) => void asked.add(`${number} ${amount}`),
    sending(body, by) {
      const { out_refund_no: number, amount } = JSON.parse(body) as {
        out_refund_no: string
        amount: { refund: number }
      }
      checkReserved(number, amount.refund)
      const before = sent.get(number)
      if (before !== undefined) {
        if (before.body !== body) report('I6', `${number} was sent with two contents`)
        if (!before.mayRepeat) report('I6', `${number} was sent again without a query`)
        if (before.by !== undefined && !before.by.dead)
          report('I11', `${number} was sent by two drivers at once`)
      }
      sent.set(number, { body, by, mayRepeat: false })
    },
    answered(body) {
      const record = sent.get(numberOf(body))
      if (record !== undefined) record.by = undefined
    },
    refused(body) {
      const record = sent.get(numberOf(body))
      if (record !== undefined) record.mayRepeat = true
    },
    notKnown(number) {
      const record = sent.get(number)
      if (record !== undefined) record.mayRepeat = true
    },
  }
}
