/** Orders that are paid together: bodies, and a merchant who sends them. */
import type { Simulator } from '#simulator/simulator.ts'
import { expect } from 'vitest'
import { APPID, MCHID, createMerchant, newNumber } from './merchant.ts'
import type { Answer } from './merchant.ts'

const BASE = '/v3/combine-transactions'

export interface SubBody {
  readonly out_trade_no: string
  readonly [field: string]: unknown
}

export interface CombinedBody {
  readonly combine_out_trade_no: string
  readonly sub_orders: readonly SubBody[]
  readonly [field: string]: unknown
}

export function subBody(change: Record<string, unknown> = {}): SubBody {
  return {
    mchid: MCHID,
    attach: '深圳分店',
    amount: { total_amount: 100, currency: 'CNY' },
    out_trade_no: newNumber(),
    description: '咖啡 x1',
    ...change,
  }
}

export function combinedBody(
  sub_orders: readonly SubBody[] = [subBody(), subBody()],
  change: Record<string, unknown> = {},
): CombinedBody {
  return {
    combine_appid: APPID,
    combine_mchid: MCHID,
    combine_out_trade_no: newNumber(),
    sub_orders,
    notify_url: 'http://127.0.0.1:1/notify',
    ...change,
  }
}

interface CombinedAnswer {
  readonly sub_orders: readonly (Readonly<Record<string, unknown>> & {
    readonly transaction_id: string
    readonly trade_state: string
  })[]
  readonly [field: string]: unknown
}

export interface CombiningMerchant {
  prepay(method: string, body: unknown): Promise<Answer>
  query(body: CombinedBody): Promise<CombinedAnswer>
  /** Names the orders of the body, unless `change` does. */
  close(body: CombinedBody, change?: object): Promise<Answer>
  placed(...args: Parameters<typeof combinedBody>): Promise<CombinedBody>
  paid(...args: Parameters<typeof combinedBody>): Promise<CombinedBody>
}

export function createCombiningMerchant(simulator: Simulator): CombiningMerchant {
  const merchant = createMerchant(simulator)
  const own: CombiningMerchant = {
    prepay: (method, body) => merchant.post(`${BASE}/${method}`, body),
    async query({ combine_out_trade_no: number }) {
      const answer = await merchant.get(`${BASE}/out-trade-no/${number}`)
      expect(answer.status).toBe(200)
      return JSON.parse(answer.body.toString('utf8')) as CombinedAnswer
    },
    close({ combine_out_trade_no: number, sub_orders }, change = {}) {
      const named = sub_orders.map(({ mchid, sub_mchid, out_trade_no }) => ({
        mchid,
        sub_mchid,
        out_trade_no,
      }))
      const sent = { combine_appid: APPID, sub_orders: named, ...change }
      return merchant.post(`${BASE}/out-trade-no/${number}/close`, sent)
    },
    async placed(...args) {
      const body = combinedBody(...args)
      expect((await own.prepay('native', body)).status).toBe(200)
      return body
    },
    async paid(...args) {
      const body = await own.placed(...args)
      await simulator.control.payCombined({ combine_out_trade_no: body.combine_out_trade_no })
      return body
    },
  }
  return own
}
