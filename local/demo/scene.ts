/** What every chapter of the demo works with. */
import type { LocalStack } from '#local/stack-options.ts'
import type { AlipayControl } from '#simulator/alipay/control-client.ts'
import type { ControlClient } from '#simulator/control-client.ts'
import type { Event, Merchant } from './merchant.ts'
import type { Story } from './story.ts'
import { factRows } from './tables.ts'

export interface Scene {
  readonly story: Story
  readonly stack: LocalStack
  readonly merchant: Merchant
  /** What payers and WeChat do. */
  readonly wechat: ControlClient
  readonly mchid: string
  /** What payers and Alipay do, and whose money it is there. */
  readonly alipay: AlipayControl
  readonly account: string
}

/** The event of a fact, and the fact settled: its last write comes after the event. */
export async function settled({ merchant, stack }: Scene, factKey: string): Promise<Event> {
  const event = await merchant.event(factKey)
  await stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(`"${factKey}"`))
  return event
}

/** Waits until every fact that is stored is settled. */
export async function atRest({ stack }: Scene): Promise<void> {
  const pending = (await factRows(stack)).filter((fact) => fact['settled_at'] === undefined)
  for (const { fact_key } of pending)
    await stack.logs.waitFor(
      ({ line }) => line.includes('"FACT_SETTLED"') && line.includes(`"${String(fact_key)}"`),
    )
}

/** Places a native order of `total` fen. */
export async function placeOrder({ merchant }: Scene, outTradeNo: string, total = 1000): Promise<void> {
  const body = { channel: 'native', out_trade_no: outTradeNo, description: 'a pot of tea', amount: { total } }
  const { status, body: answer } = await merchant.post('/v1/payments', body)
  if (status !== 200)
    throw new Error(`the order ${outTradeNo} could not be placed: ${status} ${String(answer['code'])}`)
}
