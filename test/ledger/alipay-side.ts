/**
 * Alipay in a drawn story: nobody may ever come to pay, refunds are made at once or said to be neither, and whatever becomes of a trade
 * is told by the same kind of notification, without an amount of the refund and without a time. What we make of it, the real client
 * and the real notify-alipay make.
 */
import type { Clock } from '#shared/clock.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { paymentClosed } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP } from '#test/simulation/alipay-app.ts'
import { createAlipayModel } from '#test/simulation/alipay-model.ts'
import { tradeNotice } from '#test/simulation/alipay-notices.ts'
import type { AlipayNotice } from '#test/simulation/alipay-notices.ts'
import type { Prng } from '#test/simulation/prng.ts'
import { alipayClient, NUMBER } from './alipay-client.ts'
import type { ChannelSide, Sent } from './channel-side.ts'
import { TOTAL } from './story.ts'
import { asked, MINUTE } from './tellings.ts'

/** Its queries are behind by less than half an hour. */
const LONGEST_LAG_MINUTES = 25

export function alipaySide(prng: Prng, clock: Clock): ChannelSide {
  const waiting: AlipayNotice[] = []
  const underway: Sent[] = []
  const late = new Set<string>()
  /** Alipay gives up after eight deliveries; of a refund that a person made, nobody else tells. */
  const tellTrade = () => {
    if (!prng.chance(0.3)) waiting.push(tradeNotice(trade, { refunded: model.out(NUMBER) }))
  }
  const hide = (number: string, chance: number) => {
    if (prng.chance(chance)) model.slow.set(number, prng.between(1, LONGEST_LAG_MINUTES) * MINUTE)
  }
  const model = createAlipayModel({
    now: () => clock.now(),
    lagMs: 0,
    onRefund: (refund) => waiting.push(tradeNotice(trade, { refund, refunded: model.out(NUMBER) })),
  })
  const trade = model.place(NUMBER, TOTAL)
  const client = alipayClient(model, { trade, clock })
  const available = () => (trade.paid ? TOTAL - model.out(NUMBER) : 0)

  const open = () => {
    trade.opened = true
    tellTrade()
  }
  const pay = () => {
    if (trade.paid || trade.closed) return
    Object.assign(trade, { opened: true, paid: true })
    tellTrade()
  }
  const arrive = async () => {
    const sent = underway.pop()
    if (sent === undefined || model.refundOf(NUMBER, sent.number) !== undefined) return
    late.add(sent.number)
    await client.refund(sent)
  }
  const query = async (): Promise<readonly Fact[]> => {
    const told = await client.payments.queryOrder(NUMBER)
    const fact = factOfTransaction(told, { source: 'query', received_at: clock.now() })
    return fact === undefined ? [] : [fact]
  }
  /** By our clock its time is over. What nobody came for, Alipay does not know, and it is closed all the same. */
  const close = async (): Promise<readonly Fact[]> => {
    const closed = {
      mchid: ALIPAY_ACCOUNT,
      out_trade_no: NUMBER,
      source: 'close',
      received_at: clock.now(),
    } as const
    return client.payments.closeOrder(NUMBER, { expired: true }).then(() => [paymentClosed(closed)], query)
  }

  if (prng.chance(0.7)) open()
  if (prng.chance(0.9)) pay()
  const nobodyPays = !trade.paid && prng.chance(0.5)
  return {
    asked: asked(TOTAL, ALIPAY_APP),
    late,
    get isPaid() {
      return trade.paid
    },
    get refunds() {
      return model.refundsOf(NUMBER).map(({ number, amount, status: state }) => ({ number, amount, state }))
    },
    get available() {
      return available()
    },
    get tells() {
      return waiting.length > 0
    },
    async send(sent) {
      if (prng.chance(0.15)) {
        underway.push(sent)
        return 'unknown'
      }
      hide(sent.number, 0.2)
      if (prng.chance(0.1)) model.unmoved.set(sent.number, 1)
      const answer = await client.refund(sent)
      return prng.chance(0.2) ? 'unknown' : answer
    },
    query(number) {
      return client.queryRefund(number)
    },
    async hear() {
      const index = prng.between(0, waiting.length - 1)
      const { isTaken, facts } = await client.hear(
        waiting[index]!,
        prng.chance(0.1) ? prng.between(1, 2) : undefined,
      )
      if (isTaken && !prng.chance(0.2)) waiting.splice(index, 1)
      return facts
    },
    steps: [
      () => {
        const [left, number] = [available(), `C${model.refundsOf(NUMBER).length}`]
        if (left === 0) return
        hide(number, 0.2)
        model.refundElsewhere(NUMBER, { number, amount: prng.between(1, left), silent: false })
      },
      () => {
        if (!nobodyPays) pay()
      },
      () => {
        if (!trade.paid || trade.finished || prng.chance(0.7)) return
        trade.finished = true
        tellTrade()
      },
      () => {
        return trade.opened || prng.chance(0.7) ? query() : close()
      },
      arrive,
    ],
    async arriveLate() {
      while (underway.length > 0) await arrive()
    },
    async finish() {
      return trade.paid ? query() : close()
    },
  }
}
