/** Secrets Manager is down: containers that have their keys go on, new ones answer 503 and heal when it is back. */
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

const CALLERS = ['prepay', 'notify', 'refund'] as const

export const secretsDown: StackDrill = {
  name: 'secrets-down',
  title: 'Secrets Manager down, with warm and with cold containers',
  async run(world, size) {
    const { stack, notes } = world
    await trade(world, numbers('WARM-UP', 8))
    stack.cloud.secretsManager.setFault('down')
    await trade(world, numbers('WARM', size(40)))
    notes.push('warm containers: every payment and refund went through')

    for (const operation of CALLERS) await stack.kill(operation)
    const cold = numbers('COLD', size(10))
    const orders = await Promise.all(cold.map((number) => outcome(world, number)))
    if (orders.some((code) => code !== '503 key_unavailable'))
      throw new Error(`cold containers answered ${[...new Set(orders)].join(', ')}`)
    notes.push(`cold containers: ${orders.length} requests answered 503 key_unavailable`)

    stack.cloud.secretsManager.setFault('none')
    await trade(world, cold)
  },
}

async function outcome({ merchant }: World, number: string): Promise<string> {
  const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total: 900 } }
  const { status, body } = await merchant.post('/v1/payments', order)
  return `${status} ${String(body['code'])}`
}

async function trade(world: World, orders: readonly string[]): Promise<void> {
  await sideBySide(orders, 8, async (number) => {
    await world.placePatiently(number, 900)
    await world.wechat.pay({ out_trade_no: number })
    await world.merchant.event(world.paymentKey(number))
    await world.refundPatiently(number, `${number}-R`, 100)
    const known = (await world.wechat.refunds()).some(({ out_refund_no }) => out_refund_no === `${number}-R`)
    // Without keys the refund is reserved and nothing was sent: that is the sweep's.
    if (known) await world.wechat.finishRefund(`${number}-R`)
  })
}
