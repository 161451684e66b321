/** DynamoDB refuses half of the writes, then carries half of them out without an answer. */
import type { DynamoFault } from '#local/cloud/dynamo-fault.ts'
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

export const dynamoTrouble: StackDrill = {
  name: 'dynamo-trouble',
  title: 'DynamoDB throttles half of the writes, then loses half of the answers',
  async run(world, size) {
    await load(world, { fault: { kind: 'throttle', ratio: 0.5 }, orders: numbers('THROTTLED', size(30)) })
    await load(world, {
      fault: { kind: 'lose_answers', ratio: 0.5 },
      orders: numbers('UNANSWERED', size(30)),
    })
  },
}

interface Load {
  readonly fault: DynamoFault
  readonly orders: readonly string[]
}

async function load(world: World, { fault, orders }: Load): Promise<void> {
  const { stack, wechat, notes } = world
  stack.cloud.dynamodb.setFault(fault)
  await sideBySide(orders, 8, async (number) => {
    await world.placePatiently(number, 700)
    await wechat.pay({ out_trade_no: number })
    await world.refundPatiently(number, `${number}-R`, 300)
  })
  await world.finishRefunds()
  await wechat.flush()
  stack.cloud.dynamodb.setFault(undefined)
  const refused = (await wechat.notifications()).flatMap(({ attempts }) => attempts)
  const failures = refused.filter(({ status }) => status !== 204).length
  notes.push(
    `${fault.kind}: ${refused.length} notifications sent so far, ${failures} of them not acknowledged`,
  )
}
