/** Our side of Alipay as a drawn story needs it: the real client over the books of Alipay, and the real notify-alipay over nothing but memory. */
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { formBody } from '#shared/alipay/form.ts'
import type { AlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { createPayments } from '#shared/alipay/payments.ts'
import { createRefunds } from '#shared/alipay/refunds.ts'
import type { Clock } from '#shared/clock.ts'
import { orderFact } from '#shared/facts/fact.ts'
import type { Fact, Storable } from '#shared/facts/fact.ts'
import { factOfRefund } from '#shared/facts/facts-of.ts'
import type { Logger } from '#shared/log.ts'
import { fen } from '#shared/money.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP, ALIPAY_SELLER } from '#test/simulation/alipay-app.ts'
import { alipayAnswer } from '#test/simulation/alipay-gateway.ts'
import type { AlipayModel } from '#test/simulation/alipay-model.ts'
import type { AlipayNotice } from '#test/simulation/alipay-notices.ts'
import type { AlipayTrade } from '#test/simulation/alipay-records.ts'
import type { Answer, Sent } from './channel-side.ts'
import { TOTAL } from './story.ts'

export const NUMBER = 'ORDER-0001'

const APP = { appId: ALIPAY_APP, account: ALIPAY_ACCOUNT }
const IGNORED = () => {}
const SILENT: Logger = {
  debug: IGNORED,
  info: IGNORED,
  warn: IGNORED,
  error: IGNORED,
  conclude: IGNORED,
  with: () => SILENT,
}
/** Signatures are tried elsewhere. */
const BELIEVED: AlipayKeyRing = { keys: [], verify: () => ({ ok: true }) }

/** The same in each repetition. */
const bodies = new WeakMap<AlipayNotice, Buffer>()

function bodyOf(notice: AlipayNotice): Buffer {
  const known = bodies.get(notice)
  if (known !== undefined) return known
  const body = Buffer.from(formBody({ ...notice.fields, sign_type: 'RSA2', sign: 'believed' }))
  bodies.set(notice, body)
  return body
}

class Died extends Error {}

export function alipayClient(
  model: AlipayModel,
  { trade, clock }: { readonly trade: AlipayTrade; readonly clock: Clock },
) {
  const gateway = {
    appId: ALIPAY_APP,
    call: async (call: Parameters<typeof alipayAnswer>[1]) => alipayAnswer(model, call),
    parametersFor: () => Promise.reject(new Error('no client pays here')),
  }
  const refunds = createRefunds(gateway, IGNORED)
  const notifications = createNotificationChannel({
    ...APP,
    sellerId: ALIPAY_SELLER,
    keyRing: async () => BELIEVED,
    clock,
  })
  const told = (source: 'answer' | 'query') => ({ source, received_at: clock.now() })
  return {
    payments: createPayments(gateway, APP, IGNORED),
    /** Sends it, as `submit-refund` reads the answers. */
    async refund({ number, amount }: Sent): Promise<Answer> {
      const body = refunds.refundBody(
        {
          out_trade_no: NUMBER,
          transaction_id: trade.transactionId,
          amount: { total: fen(TOTAL), currency: 'CNY' },
        },
        { out_refund_no: number, amount: { refund: fen(amount) } },
        '',
      )
      try {
        return [factOfRefund(ALIPAY_ACCOUNT, await refunds.createRefund(body), told('answer'))]
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error
        return error.certain && error.code !== 'not_found' ? 'refused' : 'unknown'
      }
    },
    /** @returns nothing for one that it does not know. */
    async queryRefund(number: string): Promise<readonly Fact[]> {
      try {
        const refund = await refunds.queryRefund(number, { outTradeNo: NUMBER })
        return [factOfRefund(ALIPAY_ACCOUNT, refund, told('query'))]
      } catch (error) {
        if (error instanceof ChannelError) return []
        throw error
      }
    },
    /** @returns what was stored; a process that dies `diesAt` so manyth fact has stored those before it, and promised nothing. */
    async hear(
      notice: AlipayNotice,
      diesAt = Infinity,
    ): Promise<{ readonly isTaken: boolean; readonly facts: readonly Fact[] }> {
      const facts: Fact[] = []
      const put = async (stored: Storable) => {
        const fact = orderFact({ fact: stored })
        if (facts.length + 1 >= diesAt) throw new Died('at a store')
        if (fact !== undefined) facts.push(fact)
        return { stored: true } as const
      }
      const notify = createNotifyAlipay({
        mchid: ALIPAY_ACCOUNT,
        notifications,
        channel: refunds,
        facts: { put },
        dispatcher: { dispatch: async () => {} },
        clock,
        metrics: { put: IGNORED },
      })
      const answer = await notify({ body: bodyOf(notice) }, SILENT, {}).catch((error: unknown) => {
        if (error instanceof Died) return 'died'
        throw error
      })
      return { isTaken: answer === 'accepted', facts }
    },
  }
}
