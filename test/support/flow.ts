/** A running stack of the real bundles with everything a flow needs: merchant, payers and WeChat, and a look into the tables. */
import { join } from 'node:path'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import type { PaymentFactState, RefundFactState } from '#shared/facts/fact-key.ts'
import type { Answer, Event, Merchant } from '#local/demo/merchant.ts'
import { createMerchant } from '#local/demo/merchant.ts'
import type { LocalStack, StackOptions } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import type { ControlClient } from '#simulator/control-client.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { scratch } from '#test/local/fixture.ts'
import { expectEvent } from '#contract/check/expect-documented.ts'
import { documentedFetch } from '#contract/check/documented-fetch.ts'
import { passTime } from './pass-time.ts'
import { storedFacts, storedOrders } from './stored.ts'
import type { StoredOrder } from './stored.ts'
import { until } from './until.ts'

export interface FlowOptions extends Omit<StackOptions, 'assembly' | 'simulator' | 'stateDir'> {
  readonly assembly: string
  /** WeChat's time until a refund settles. @default by command only */
  readonly refundDelayMs?: number | 'manual'
}

export interface Flow {
  readonly stack: LocalStack
  readonly merchant: Merchant
  /** What payers and WeChat do. */
  readonly wechat: ControlClient
  readonly mchid: string
  readonly appid: string
  paymentKey(outTradeNo: string, state?: PaymentFactState): string
  refundKey(outRefundNo: string, state?: RefundFactState): string
  /** Places a native order. @throws Error when the API does not answer 200. */
  place(outTradeNo: string, total?: number): Promise<Readonly<Record<string, unknown>>>
  /** Places a native order and has it paid; resolves with the event. */
  paid(outTradeNo: string, total?: number): Promise<Event>
  refund(outTradeNo: string, outRefundNo: string, refund: number): Promise<Answer>
  /** The order as it is stored. */
  order(outTradeNo: string): Promise<StoredOrder>
  /** Resolves when the fact is stored and not pending any more. */
  settled(factKey: string): Promise<void>
  /** Lets `ms` pass in the tables and runs the sweep. */
  sweepAfter(ms: number): Promise<void>
  stop(): Promise<void>
}

const TIME_SCALE = 60

export async function startFlow({ refundDelayMs = 'manual', ...options }: FlowOptions): Promise<Flow> {
  const place = scratch()
  const { timeScale = TIME_SCALE } = options
  const stack = await startStack({
    ...options,
    stateDir: join(place.path, 'state'),
    schedules: false,
    timeScale,
    simulator: (merchant) => startSimulator({ ...merchant, timeScale, refundDelayMs }),
  })
  const merchant = await createMerchant(stack, documentedFetch)
  const { mchid, appid } = stack.description
  const wechat = stack.simulator!.control
  const paymentKey: Flow['paymentKey'] = (number, state = 'SUCCESS') => paymentFactKey(mchid, number, state)

  async function placeOrder(outTradeNo: string, total = 1000) {
    const body = { channel: 'native', out_trade_no: outTradeNo, description: 'tea', amount: { total } }
    const answer = await untilStored(() => merchant.post('/v1/payments', body))
    if (answer.status !== 200)
      throw new Error(`${outTradeNo}: ${answer.status} ${String(answer.body['code'])}`)
    return answer.body
  }

  return {
    stack,
    merchant,
    wechat,
    mchid,
    appid,
    paymentKey,
    refundKey: (number, state = 'SUCCESS') => refundFactKey(mchid, number, state),
    place: placeOrder,
    async paid(outTradeNo, total) {
      await placeOrder(outTradeNo, total)
      await wechat.pay({ out_trade_no: outTradeNo })
      return merchant.event(paymentKey(outTradeNo))
    },
    refund: (outTradeNo, outRefundNo, refund) =>
      untilStored(() =>
        merchant.post(`/v1/payments/${outTradeNo}/refunds`, {
          out_refund_no: outRefundNo,
          amount: { refund },
        }),
      ),
    async order(outTradeNo) {
      const found = (await storedOrders(stack)).find(({ out_trade_no }) => out_trade_no === outTradeNo)
      if (found === undefined) throw new Error(`the order ${outTradeNo} is not stored`)
      return found
    },
    async settled(factKey) {
      await until(async () => {
        const fact = (await storedFacts(stack)).find(({ fact_key }) => fact_key === factKey)
        return fact !== undefined && fact.pending_shard === undefined
      }, `${factKey} is settled`)
    },
    async sweepAfter(ms) {
      await passTime(stack, ms)
      const results = await stack.fire('sweep')
      for (const result of results)
        if (!result.ok) throw new Error(`the sweep failed: ${result.error.errorMessage}`)
    },
    async stop() {
      await merchant.stop()
      await stack.stop()
      place.remove()
      for (const { text } of merchant.events) expectEvent(JSON.parse(text))
    },
  }
}

/**
 * Repeats a request for as long as the API says to for want of its tables. On a loaded machine a function that starts cold
 * may miss its own limits; merchants repeat then, and so do ours.
 */
async function untilStored(request: () => Promise<Answer>): Promise<Answer> {
  return until(async () => {
    const answer = await request()
    return answer.body['code'] !== 'storage_unavailable' && answer
  }, 'an answer of the API')
}
