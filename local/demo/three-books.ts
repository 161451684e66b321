/** The count at the end: the channel's own books, our orders, and what subscribers were told, for each channel apart. */
import { providerOf } from '#shared/facts/account.ts'
import { PHANTOM } from './reconciling.ts'
import type { Scene } from './scene.ts'

type Row = Readonly<Record<string, unknown>>
type Part = 'total' | 'refund'

export interface Sum {
  readonly count: number
  /** Fen. */
  readonly total: number
}

interface Book {
  readonly payments: Sum
  readonly refunds: Sum
}

interface Ours {
  readonly orders: readonly Row[]
  readonly refunds: readonly Row[]
}

/** What is in the books of each channel, by account. */
async function channelBooks({ wechat, mchid, alipay, account }: Scene): Promise<ReadonlyMap<string, Book>> {
  const { payments, refunds } = await wechat.books()
  return new Map<string, Book>([
    [mchid, { payments, refunds: refunds.SUCCESS }],
    [account, await alipay.books()],
  ])
}

export async function booksAgree(scene: Scene, { orders, refunds }: Ours): Promise<void> {
  for (const [account, theirs] of await channelBooks(scene)) {
    const channel = providerOf(account)
    const but = channel === 'wechat' ? ', but for the payment that is held because only we have it' : ''
    const of = (rows: readonly Row[]) =>
      rows.filter(({ mchid, out_trade_no }) => mchid === account && out_trade_no !== PHANTOM)
    const books = [theirs, ourBook(of(orders), of(refunds)), toldBook(scene, of)].map(totals)
    await scene.story.step(`The three books of ${channel} agree`, async (expect) => {
      const [taken, ordered, told] = books
      expect.equal(`what it took and gave back is what our orders say${but}`, ordered, taken)
      expect.equal('and what subscribers were told, each event once', told, taken)
    })
  }
}

function ourBook(orders: readonly Row[], refunds: readonly Row[]): Book {
  const paid = orders.filter(({ status }) => status === 'PAID')
  const given = refunds.filter(({ status }) => status === 'SUCCESS')
  return {
    payments: sum(paid.map((order) => amountOf(order, 'total'))),
    refunds: sum(given.map((refund) => amountOf(refund, 'refund'))),
  }
}

/** An event may come twice; its id is then the same. */
function toldBook({ merchant }: Scene, of: (rows: readonly Row[]) => readonly Row[]): Book {
  const events = [...new Map(merchant.events.map((event) => [event.id, event])).values()]
  const told = of(events.map(({ type, data }) => ({ ...data, type })))
  const amounts = (type: string, part: Part) =>
    told.filter((data) => data['type'] === type).map((data) => amountOf(tellingOf(data, told), part))
  return {
    payments: sum(amounts('payment.succeeded', 'total')),
    refunds: sum(amounts('refund.succeeded', 'refund')),
  }
}

/** What a person accepts is told in the event that opened its hold. */
function tellingOf(data: Row, told: readonly Row[]): Row {
  const { hold, out_trade_no: number } = data
  const opened = (row: Row) => Array.isArray(row['opened']) && row['opened'].includes(hold)
  return told.find((row) => row['out_trade_no'] === number && opened(row)) ?? data
}

function totals({ payments, refunds }: Book): readonly Sum[] {
  return [payments, refunds].map(({ count, total }) => ({ count, total }))
}

export function amountOf({ amount }: Row, part: Part): number {
  const parts = new Map(typeof amount === 'object' && amount !== null ? Object.entries(amount) : [])
  return Number(parts.get(part) ?? 0)
}

function sum(amounts: readonly number[]): Sum {
  return { count: amounts.length, total: amounts.reduce((total, amount) => total + amount, 0) }
}
