/** What a drill works with: a running stack, and a merchant who repeats what was not answered, as the API's errors advise. */
import type { Answer } from '#local/demo/merchant.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { until } from '#test/support/until.ts'
import { sideBySide } from './side-by-side.ts'

/** Repeats the same request until it is answered by less than 500. */
interface PatientMerchant {
  placePatiently(outTradeNo: string, total: number): Promise<void>
  refundPatiently(outTradeNo: string, outRefundNo: string, amount: number): Promise<void>
}

export interface World extends Flow, PatientMerchant {
  /** The same at Alipay. */
  readonly atAlipay: PatientMerchant
  /** Refund numbers that the API answered with 200 or 202: each of them has to come to an end. */
  readonly promisedRefunds: ReadonlySet<string>
  /** WeChat pays out every refund that it has accepted. */
  finishRefunds(): Promise<void>
  /** Ids of events that were told before the tables forgot them: told again they are the same but for when and how WeChat told us. */
  readonly toldBefore: Set<string>
  /** Remarks for the reader, printed below the table. */
  readonly notes: string[]
}

/** Of a merchant: a fault of this length is part of every drill. */
const PATIENCE_MS = 60_000
/** A merchant who waits for so long has the sweep run: a minute would have passed at this time scale long ago. */
const LONG_MS = 3000
const MINUTE = 60_000

export async function startWorld(
  assembly: string,
  options: { readonly concurrency?: number } = {},
): Promise<World> {
  const flow = await startFlow({ assembly, throttle: false, ...options })
  const promisedRefunds = new Set<string>()
  let sweeping: Promise<void> | undefined
  /** One run at a time; under a fault it may fail, and the next minute comes. */
  const minute = () =>
    (sweeping ??= flow
      .sweepAfter(MINUTE)
      .catch(() => {})
      .finally(() => {
        sweeping = undefined
      }))
  const merchantAt = (query: string, ways: object): PatientMerchant => ({
    async placePatiently(outTradeNo, total) {
      const order = { ...ways, out_trade_no: outTradeNo, description: 'tea', amount: { total } }
      const { status, body } = await patiently(() => flow.merchant.post('/v1/payments', order))
      if (status !== 200) throw new Error(`${outTradeNo} was refused: ${status} ${String(body['code'])}`)
    },
    async refundPatiently(outTradeNo, outRefundNo, refund) {
      const path = `/v1/payments/${outTradeNo}/refunds${query}`
      const asked = { out_refund_no: outRefundNo, amount: { refund } }
      const { status, body } = await patiently(() => flow.merchant.post(path, asked), minute)
      if (status >= 300) throw new Error(`${outRefundNo} was refused: ${status} ${String(body['code'])}`)
      promisedRefunds.add(outRefundNo)
    },
  })
  return {
    ...flow,
    ...merchantAt('', { channel: 'native' }),
    atAlipay: merchantAt('?provider=alipay', { provider: 'alipay', channel: 'precreate' }),
    promisedRefunds,
    toldBefore: new Set(),
    notes: [],
    async finishRefunds() {
      const open = (await flow.wechat.refunds()).filter(({ status }) => status === 'PROCESSING')
      await sideBySide(open, 8, ({ out_refund_no }) => flow.wechat.finishRefund(out_refund_no))
    },
  }
}

/** Repeats a request until it is answered for good; `meanwhile` runs again and again while a payment is on its way. */
async function patiently(
  request: () => Promise<Answer>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Answer> {
  let last: Answer | undefined
  let lookedAt = Date.now()
  const answered = async () => {
    last = await request()
    const early = last.body['code'] === 'order_not_paid'
    if (early && Date.now() - lookedAt > LONG_MS) {
      await meanwhile()
      lookedAt = Date.now()
    }
    return last.status < 500 && !early ? last : undefined
  }
  return until(answered, 'an answer of the API', { timeoutMs: PATIENCE_MS }).catch((cause: unknown) => {
    const code = String(last?.body['code'])
    throw new Error(`the API still answers ${last?.status} ${code} after ${PATIENCE_MS / 1000} s`, { cause })
  })
}

/** Numbers from 1: `PREFIX-1`, `PREFIX-2`, … */
export function numbers(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)
}
