/** Backlogs of a bad day, and minutes of the sweep over them in virtual time. */
import { createSweep } from '#functions/sweep/sweep.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import { dueShardOf, orderToItem } from '#shared/stores/order-item.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { fakeWechat } from './fake-wechat.ts'
import { MCHID } from './orders.ts'
import { virtualTime } from './virtual-time.ts'
import { aWorld } from './world.ts'

export const MINUTE = 60_000
/** A run of the sweep is told to end after so long. */
const RUN_MS = 51_000

/** Items of orders that differ in their numbers and in when they are due, made from one of them: thousands cost no time. */
export function itemsLike(sample: Order, count: number, dueAt: (index: number) => number): Item[] {
  const item = orderToItem(sample, { writeId: 'sample', form: 1 })
  return Array.from({ length: count }, (_, index) => {
    const number = `${sample.out_trade_no}-${index}`
    const order_key = orderKey(MCHID, number)
    return {
      ...item,
      order_key: { S: order_key },
      out_trade_no: { S: number },
      next_check_at: { N: String(dueAt(index)) },
      due_shard: { S: dueShardOf({ ...sample, order_key }) },
    }
  })
}

interface BadDay {
  readonly items: readonly Item[]
  /** Of one call, ms. */
  readonly latencyMs?: number
  readonly answers: Partial<PaymentChannel>
}

/** What was asked about, and when. */
interface Asked {
  readonly number: string
  readonly at: number
}

export function badDay({ items, latencyMs = 400, answers }: BadDay) {
  const world = { ...aWorld(), orders: createMemoryOrderStore({ stored: items }) }
  const { pause, run } = virtualTime(world.time)
  const budget = createCallBudget({ clock: world.clock, pause })
  const asked: Asked[] = []
  /** Answers come through the budget after a while, as they do over the wire. */
  const slow =
    <Args extends unknown[], Answer>(method: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const call = async (): Promise<Answer | ChannelError> => {
        asked.push({ number: String(args[0]), at: world.time.now })
        await pause(latencyMs)
        return method(...args).catch((error: ChannelError) => error)
      }
      const fails = (answer: Answer | ChannelError) =>
        answer instanceof ChannelError && answer.code !== 'not_found'
      const answer = await budget.run(call, { fails, signal: undefined })
      if (answer instanceof ChannelError) throw answer
      return answer
    }
  const wechat = fakeWechat(answers)
  const channel = {
    ...wechat,
    queryOrder: slow((...args: Parameters<PaymentChannel['queryOrder']>) => wechat.queryOrder(...args)),
    queryRefund: slow((...args: Parameters<PaymentChannel['queryRefund']>) => wechat.queryRefund(...args)),
    createRefund: slow((...args: Parameters<PaymentChannel['createRefund']>) => wechat.createRefund(...args)),
    closeOrder: slow((...args: Parameters<PaymentChannel['closeOrder']>) => wechat.closeOrder(...args)),
  }
  const sweep = createSweep({ ...world, pause, channels: { wechat: channel } })
  const start = world.time.now
  let minutes = 0
  return {
    world,
    asked,
    start,
    /** One run, beginning on the minute. */
    async minute() {
      world.time.now = Math.max(world.time.now, start + minutes * MINUTE)
      minutes += 1
      const stop = new AbortController()
      void pause(RUN_MS).then(() => stop.abort())
      await run(sweep({ signal: stop.signal }))
    },
    last: (metric: string) => world.measured.findLast(([name]) => name === metric)?.[1],
  }
}
