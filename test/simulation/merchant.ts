/** The merchant's own system: calls the HTTP API, repeats what failed, and may give up. */
import { createClose } from '#functions/close/close.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import type { PrepayRequest } from '#functions/prepay/schema.ts'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { AppError, errorKind } from '#shared/errors.ts'
import { fen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import type { AlipayMethod } from '#shared/orders/payment-channel.ts'
import type { Operation } from '#shared/operations.ts'
import type { Provider } from '#shared/providers.ts'
import type { Conditions } from './conditions.ts'
import { DELIVERY_FAULTS } from './faults.ts'
import type { Functions, Ports } from './functions.ts'
import type { Ended, Runtime } from './invocation.ts'
import type { Scheduler } from './scheduler.ts'
import type { State } from './state.ts'
import { OPENID } from './wechat-notices.ts'
import { APPID } from '#test/support/orders.ts'
import { ALIPAY_APP } from './alipay-app.ts'

const WAITS_MS = [1000, 4000, 15_000, 40_000]
const EXPIRY_MS = 30 * 60_000

/** Where the merchant sells, and how payers pay there. */
export interface Seller {
  readonly provider: Provider
  readonly appid: string
  readonly request: (common: Common, method?: AlipayMethod) => PrepayRequest
}

/** What a request says at either. */
interface Common {
  readonly out_trade_no: string
  readonly description: string
  readonly amount: { readonly total: Fen; readonly currency: 'CNY' }
  readonly time_expire: string
}

export const AT_WECHAT: Seller = {
  provider: 'wechat',
  appid: APPID,
  request: (common) => ({ ...common, channel: 'jsapi', payer: { openid: OPENID } }),
}

export const AT_ALIPAY: Seller = {
  provider: 'alipay',
  appid: ALIPAY_APP,
  request: (common, channel = 'precreate') => ({ ...common, provider: 'alipay', channel }),
}

interface MerchantDeps {
  readonly seller: Seller
  readonly functions: Functions
  readonly runtime: Runtime
  readonly scheduler: Scheduler
  readonly state: State
  readonly conditions: Conditions
}

export type Merchant = ReturnType<typeof createMerchant>

export function createMerchant({ seller, functions, runtime, scheduler, state, conditions }: MerchantDeps) {
  const { provider, appid } = seller
  const run = <Result>(name: Operation, work: (ports: Ports) => Promise<Result>) =>
    functions.run(name, work, provider)

  /** One request over HTTP. @returns what the merchant's client sees: an answer, a refusal, or nothing to rely on. */
  async function request(label: string, call: () => Promise<Ended<unknown>>): Promise<string> {
    const fault = runtime.strike(`http ${label}`, DELIVERY_FAULTS)
    if (fault === 'fail-before') return 'lost'
    const ended = await call()
    if (fault === 'fail-after' || ended.kind === 'crashed') return 'lost'
    if (ended.kind === 'returned') return 'done'
    const { error } = ended
    if (!(error instanceof AppError)) throw error
    return errorKind(error.code).status >= 500 ? 'lost' : error.code
  }

  async function persist(label: string, call: () => Promise<Ended<unknown>>, tried = 0): Promise<void> {
    if (conditions.doubles()) void request(label, call)
    const answer = await request(label, call)
    const wait = WAITS_MS[tried]
    // A payment that we have not heard of yet: the merchant asks again, as after a failure.
    const again = answer === 'lost' || answer === 'order_not_paid'
    if (!again || wait === undefined || !conditions.repeats()) return
    scheduler.after(conditions.vary(wait), () => void persist(label, call, tried + 1))
  }

  const expire = new Date(scheduler.now() + EXPIRY_MS).toISOString()
  return {
    persist,
    prepay: (number: string, total: number, method?: AlipayMethod) =>
      persist(`prepay ${number}`, () =>
        run('prepay', (ports) =>
          createPrepay({
            ...ports,
            appids: [appid],
            notifyUrl: state.settings.notifyUrl,
            payParams: async () => undefined,
          })(
            seller.request(
              {
                out_trade_no: number,
                description: 'simulated',
                amount: { total: fen(total), currency: 'CNY' },
                time_expire: expire,
              },
              method,
            ),
            {},
          ),
        ),
      ),
    close: (number: string) =>
      persist(`close ${number}`, () => run('close', (ports) => createClose(ports)(number, {}))),
    query: (number: string) =>
      persist(`query ${number}`, async () => {
        const ended = await run('query', (ports) =>
          createQuery(ports).byOutTradeNo(number, { refresh: true }),
        )
        if (ended.kind === 'returned') state.orderWatch.answered(ended.value)
        return ended
      }),
    refund(number: string, refundNumber: string, amount: number) {
      state.refundSends[provider].asked(refundNumber, amount)
      return persist(`refund ${refundNumber}`, () =>
        run('refund', (ports) =>
          createRefund({ ...ports, notifyUrl: 'https://notify.example.com/' })(
            number,
            { out_refund_no: refundNumber, amount: { refund: fen(amount), currency: 'CNY' } },
            {},
          ),
        ),
      )
    },
    queryRefund: (refundNumber: string) =>
      persist(`query refund ${refundNumber}`, () =>
        run('refund', (ports) => createQueryRefund(ports)(refundNumber, { refresh: true })),
      ),
  }
}
