/** Watches every refund that leaves for a channel (I6, I11). */
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Invocation } from './invocation.ts'
import { fenOfYuan } from '#shared/yuan.ts'
import { MCHID } from '#test/support/orders.ts'
import { ALIPAY_ACCOUNT } from './alipay-app.ts'
import type { Violations } from './violations.ts'

export interface RefundSends {
  /** The merchant asked for this number and amount. */
  asked(number: string, amount: number): void
  sending(body: string, by: Invocation): void
  answered(body: string): void
  /** The channel answered for certain that it made no refund: the merchant may have the number sent anew. */
  refused(body: string): void
  /** The channel told us that it does not know the number. */
  notKnown(number: string): void
}

interface Sent {
  readonly body: string
  by: Invocation | undefined
  mayRepeat: boolean
}

/** Whose they are, and how to read what is sent. */
interface RefundsOf {
  readonly account: string
  readonly read: (body: string) => { readonly number: string; readonly amount: number }
}

export const WECHAT_REFUNDS: RefundsOf = {
  account: MCHID,
  read(body) {
    const { out_refund_no, amount } = JSON.parse(body) as {
      out_refund_no: string
      amount: { refund: number }
    }
    return { number: out_refund_no, amount: amount.refund }
  },
}

export const ALIPAY_REFUNDS: RefundsOf = {
  account: ALIPAY_ACCOUNT,
  read(body) {
    const { biz_content } = JSON.parse(body) as { biz_content: string }
    const content = JSON.parse(biz_content) as { out_request_no: string; refund_amount: string }
    return { number: content.out_request_no, amount: fenOfYuan(content.refund_amount) ?? 0 }
  },
}

export function createRefundSends(
  { report }: Violations,
  orders: ReadonlyMap<string, Order>,
  { account, read }: RefundsOf,
): RefundSends {
  const asked = new Set<string>()
  const sent = new Map<string, Sent>()

  function checkReserved(number: string, amount: number): void {
    if (!asked.has(`${number} ${amount}`))
      report('I6', `${number} over ${amount} was sent and never asked for`)
    const reserved = [...orders.values()].some(
      (order) => order.mchid === account && refundOf(order, number)?.amount === amount,
    )
    if (!reserved) report('I6', `${number} was sent without a reservation`)
  }

  return {
    asked: (number, amount) => void asked.add(`${number} ${amount}`),
    sending(body, by) {
      const { number, amount } = read(body)
      checkReserved(number, amount)
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
      const record = sent.get(read(body).number)
      if (record !== undefined) record.by = undefined
    },
    refused(body) {
      const record = sent.get(read(body).number)
      if (record !== undefined) record.mayRepeat = true
    },
    notKnown(number) {
      const record = sent.get(number)
      if (record !== undefined) record.mayRepeat = true
    },
  }
}
