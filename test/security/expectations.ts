/** What the attacks expect of a stack: that it refuses, and that nothing is left behind. */
import { expect } from 'vitest'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { AttackedStack, Delivery } from './attacked-stack.ts'
import type { RawAnswer } from './raw-http.ts'

/** What every refused signature gets. */
export const UNVERIFIED = { status: 401, body: '{"code":"FAIL","message":"失败"}' }

/** Sends a delivery that must be refused like every other one with a bad signature, and must leave nothing behind. */
export async function expectUnverified(attacked: AttackedStack, delivery: Delivery): Promise<void> {
  const { status, body } = await attacked.deliver(delivery)
  expect({ status, body }).toEqual(UNVERIFIED)
  expect(await attacked.stored(delivery.number)).toBe(false)
}

/** The same of many changes of one delivery: whatever were stored of any of them would have its number. */
export async function expectAllUnverified(
  attacked: AttackedStack,
  genuine: Delivery,
  changes: ReadonlyArray<Partial<Pick<Delivery, 'headers' | 'body'>>>,
): Promise<void> {
  for (const change of changes) {
    const { status, body } = await attacked.deliver({ ...genuine, ...change })
    expect({ status, body }).toEqual(UNVERIFIED)
  }
  expect(await attacked.stored(genuine.number)).toBe(false)
}

/** Sends a delivery that is authentic and must be refused all the same. */
export async function expectRefused(
  attacked: AttackedStack,
  delivery: Delivery,
  statuses: readonly number[] = [400],
): Promise<void> {
  const { status } = await attacked.deliver(delivery)
  expect(statuses).toContain(status)
  expect(await attacked.stored(delivery.number)).toBe(false)
}

/** The merchant's JSON answer. */
export function json(answer: RawAnswer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>
}

/** Creates a native payment and has it paid; resolves once the payment is applied. */
export async function paidOrder(attacked: AttackedStack, total = 1000): Promise<string> {
  const number = attacked.freshNumber()
  const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total } }
  const created = await attacked.merchant('POST', '/v1/payments', order)
  await attacked.stack.simulator!.control.pay({ code_url: String(json(created)['code_url']) })
  // A query tells PAID as soon as WeChat does; only settle makes it so.
  await attacked.stack.logs.waitFor(
    ({ line }) =>
      line.includes('"FACT_SETTLED"') &&
      line.includes(paymentFactKey(attacked.stack.description.mchid, number, 'SUCCESS')),
  )
  return number
}
