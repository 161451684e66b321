/** A day of a merchant: its books in memory, WeChat's bills in WeChat's own form, and WeChat's answers as a test decides. */
import { createHash } from 'node:crypto'
import { createSettle } from '#functions/settle/settle.ts'
import { fen } from '#shared/money.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import type { BillKind, DayBill } from '#shared/orders/bill-channel.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { dayOf } from '#shared/orders/day-index.ts'
import type { DayEntry, DayIndex } from '#shared/orders/day-index.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { reconcileDay } from '#shared/reconciliation/reconcile-day.ts'
import type { DayResult, DayWork } from '#shared/reconciliation/reconcile-day.ts'
import type { Report } from '#shared/reconciliation/report.ts'
import { cells, FUND_COLUMNS, FUND_SUMS, inChunks, paymentRow, refundRow } from '#test/bills/sample-bill.ts'
import { TRADE_COLUMNS, TRADE_SUMS, yuan } from '#test/bills/sample-bill.ts'
import { anOrder, APPID, MCHID } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

/** That of the sample rows. */
export const DAY = '2026-11-24'
export const NOON = Date.parse('2026-11-24T12:00:00+08:00')
const MORNING_AFTER = Date.parse('2026-11-25T10:30:00+08:00')
const PAID_AT = '2026-11-24T08:35:41+08:00'

export interface Line {
  readonly text: string
  readonly paid?: number
  readonly refunded?: number
}

export function paid(number: number, amount: number, changes: Readonly<Record<string, string>> = {}): Line {
  return { text: replaced(paymentRow({ number, fen: amount }), changes), paid: amount }
}

export function refunded(
  number: number,
  amount: number,
  changes: Readonly<Record<string, string>> = {},
): Line {
  return { text: replaced(refundRow({ number, fen: amount }), changes), refunded: amount }
}

function replaced(row: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((text, [from, to]) => text.replaceAll(from, to), row)
}

export function billText(lines: readonly Line[]): string {
  const paidSum = lines.reduce((sum, line) => sum + (line.paid ?? 0), 0)
  const refundedSum = lines.reduce((sum, line) => sum + (line.refunded ?? 0), 0)
  const fees = lines.reduce((sum, line) => sum + (line.paid === undefined ? -100 : 600), 0)
  const [total, back] = [yuan(paidSum), yuan(refundedSum)]
  const sums = cells([lines.length, total, back, '0.00', (fees / 100_000).toFixed(5), total, back])
  return `${[TRADE_COLUMNS, ...lines.map(({ text }) => text), TRADE_SUMS, sums].join('\r\n')}\r\n`
}

/** A fund-flow bill of refunds that left the account. */
export function fundText(refunds: readonly { readonly voucher: string; readonly fen: number }[]): string {
  const rows = refunds.map(({ voucher, fen: amount }, index) =>
    cells([
      '2026-11-24 18:00:00',
      `50${index}`,
      `90${index}`,
      '退款',
      '退款',
      '支出',
      yuan(amount),
      '1.00',
      'system',
      '',
      voucher,
    ]),
  )
  const out = yuan(refunds.reduce((sum, each) => sum + each.fen, 0))
  const sums = cells([rows.length, '0', '0.00', rows.length, out])
  return `${[FUND_COLUMNS, ...rows, FUND_SUMS, sums].join('\r\n')}\r\n`
}

export interface Told {
  /** Their text, or the state that WeChat tells instead. */
  readonly bills?: Partial<Record<BillKind, string>>
  readonly orders?: Readonly<Record<string, Partial<Transaction> | 'down'>>
  readonly refunds?: Readonly<Record<string, Partial<ChannelRefund> | 'down'>>
}

export function soldOrder(number: number, changes: Sketch = {}): Order {
  const out_trade_no = `ORDER-${number}`
  return anOrder({
    order_key: orderKey(MCHID, out_trade_no),
    out_trade_no,
    amount: { total: fen(1000), currency: 'CNY' },
    created_at: NOON,
    updated_at: NOON,
    ...changes,
  })
}

export function paidOrderOf(number: number, changes: Sketch = {}): Order {
  return soldOrder(number, {
    status: 'PAID',
    transaction_id: `4200000${number}`,
    success_time: PAID_AT,
    ...changes,
  })
}

export async function aDay(given: readonly Order[], pointers: readonly string[] = []) {
  const world = aWorld()
  world.time.now = MORNING_AFTER
  for (const order of given) await world.given(order)
  const keys = new Set(given.map(({ order_key }) => order_key))
  for (const number of pointers) {
    const [orderNo = '', refundNo = ''] = number.split('/')
    await world.orders.claimRefundNumber(MCHID, refundNo, orderKey(MCHID, orderNo), DAY)
  }
  const asked: string[] = []
  const listed = async (day: string): Promise<readonly DayEntry[]> => {
    const entries: DayEntry[] = day === DAY ? pointers.map((each) => ({ key: pointerOf(each) })) : []
    for (const key of keys) {
      const order = await world.orders.get(key)
      const known = order === undefined ? undefined : dayOf(order)
      if (known?.day === day)
        entries.push({ key, ...(known.billed === undefined ? {} : { billed: known.billed }) })
    }
    return entries
  }
  const dayIndex: DayIndex = {
    async *list(day) {
      yield await listed(day)
    },
  }
  const ports = (told: Told) => ({ dayIndex, ...wechatOf(told, asked) })
  const settleOne = createSettle(world)
  const settle = async (): Promise<void> => {
    for (const key of world.dispatched.splice(0)) await settleOne(key)
  }
  return {
    ...world,
    asked,
    settle,
    ports,
    /** Reconciles the day, and lets settle have what was recorded. */
    async reconcile(told: Told, work: Partial<DayWork> = {}): Promise<DayResult> {
      const deps = { ...world, mchid: MCHID, ...ports(told) }
      const result = await reconcileDay(deps, {
        day: DAY,
        earlier: undefined,
        before: undefined,
        position: undefined,
        until: { compare: Number.POSITIVE_INFINITY, judge: Number.POSITIVE_INFINITY },
        keep: async () => {},
        call: {},
        ...work,
      })
      await settle()
      return result
    },
    order: (number: number) => world.orders.get(orderKey(MCHID, `ORDER-${number}`)),
  }
}

function pointerOf(number: string): string {
  return refundPointerKey(MCHID, number.split('/')[1] ?? '')
}

function wechatOf({ bills = {}, orders = {}, refunds = {} }: Told, asked: string[]) {
  const answer = <Answer>(
    number: string,
    known: Partial<Answer> | 'down' | undefined,
    full: Answer,
  ): Answer => {
    asked.push(number)
    if (known === undefined) throw new ChannelError('not_found', 'not found', { certain: true })
    if (known === 'down') throw new ChannelError('server_error', 'down', { certain: false })
    return { ...full, ...known }
  }
  return {
    bills: {
      async dayBill(kind: BillKind): Promise<DayBill> {
        const told = bills[kind] ?? 'none'
        if (told === 'none' || told === 'creating' || told === 'not_offered') return { state: told }
        const sha1 = createHash('sha1').update(told).digest('hex')
        return { state: 'ready', file: { sha1, chunks: inChunks(told) } }
      },
    },
    channel: {
      queryOrder: async (number: string): Promise<Transaction> =>
        answer<Transaction>(number, orders[number], {
          appid: APPID,
          mchid: MCHID,
          out_trade_no: number,
          trade_state: 'SUCCESS',
          transaction_id: `4200000${number.slice('ORDER-'.length)}`,
          success_time: PAID_AT,
          amount: { total: fen(1000), currency: 'CNY' },
        }),
      queryRefund: async (number: string): Promise<ChannelRefund> =>
        answer<ChannelRefund>(number, refunds[number], {
          refund_id: `50300${number.slice('REFUND-'.length)}`,
          out_refund_no: number,
          transaction_id: `4200000${number.slice('REFUND-'.length)}`,
          out_trade_no: `ORDER-${number.slice('REFUND-'.length)}`,
          status: 'SUCCESS',
          amount: { total: fen(1000), refund: fen(300) },
        }),
    },
  }
}

export function reportIn(result: DayResult): Report {
  if (result.state === 'creating') throw new Error('there is no report yet')
  return result.report
}
