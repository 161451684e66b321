/** Alipay under the contract: its client, its simulator and notify-alipay. */
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { createBills } from '#shared/alipay/bills/day-bill.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { expiresAt } from '#shared/ledger/look-plan.ts'
import { APP_ID, startAlipayWorld } from '#test/simulator/alipay/fixture.ts'
import type { Started } from './bench.ts'

const METHODS = { prepay: 'alipay.trade.precreate', refund: 'alipay.trade.refund' }
const account = `alipay:${APP_ID}`

export async function startAlipay(): Promise<Started> {
  const world = await startAlipayWorld()
  const { simulator, show, alipay, notices, receiver } = world
  const { control } = show
  const skipped = { ms: 0 }
  const now = () => Date.now() + skipped.ms
  const advance = async (ms: number) => {
    skipped.ms += ms
    await simulator.advance(ms)
  }
  return {
    provider: 'alipay',
    account,
    appid: APP_ID,
    notifyUrl: receiver.url,
    channel: alipay,
    payParams: async (order, body) => {
      const { method } = order
      if (method !== 'page_pay' && method !== 'wap_pay' && method !== 'app_pay') return undefined
      return alipay.clientParameters(method, { body, expiresAt: expiresAt(order) })
    },
    bills: createBills({ ...world.deps, clock: { now }, download: createHttpDownload() }),
    asked: { provider: 'alipay', channel: 'precreate' },
    arrivals: receiver.arrivals,
    async notify(merchant, { body }) {
      const deps = { ...merchant, mchid: account, notifications: notices, channel: alipay }
      return (await createNotifyAlipay(deps)({ body }, merchant.logger, {})) === 'accepted'
    },
    pay: async (out_trade_no) => void (await control.pay({ out_trade_no })),
    refundElsewhere: async (out_trade_no, out_request_no, amount) =>
      void (await control.refundElsewhere({ out_trade_no, out_request_no, amount })),
    tellsElsewhere: true,
    loseNotifications: async () => void (await control.addFault({ kind: 'drop' })),
    loseAnswer: async (call) =>
      void (await control.addFault({
        kind: 'reset',
        after_effect: true,
        match: { method: METHODS[call] },
      })),
    tellStrangeState: async () =>
      void (await control.addFault({ kind: 'strange_state', match: { method: 'alipay.trade.query' } })),
    refundsAt: async (number) => {
      const trade = (await control.trades()).find(({ out_trade_no }) => out_trade_no === number)
      return (trade?.refunds ?? []).map(({ amount }) => amount)
    },
    forged: (arrival) => ({
      ...arrival,
      body: Buffer.from(arrival.body.toString().replace('total_amount=10.00', 'total_amount=10.01')),
    }),
    async ofUnknownType(out_trade_no) {
      const fields = { notify_type: 'trade_parked', notify_id: `parked${out_trade_no}` }
      const { body } = await control.build({ out_trade_no, fields })
      return { method: 'POST', headers: {}, body: Buffer.from(body) }
    },
    now,
    advance,
    async morningAfter() {
      const date = new Date(now() + 8 * 3_600_000).toISOString().slice(0, 10)
      await advance(36 * 3_600_000)
      return date
    },
    stop: () => world.stop(),
  }
}
