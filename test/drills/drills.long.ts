import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { PublishCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EXAMPLE_APP } from '#local/alipay.ts'
import { synthesizeStack } from '#local/synthesize-stack.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { ALL_DRILLS } from './all-drills.ts'
import { audit, isClean } from './audit.ts'
import { badDay } from './bad-day.ts'
import { runOnWorld } from './drill.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

const SHORT = 0.03
const MOST = 20
/** Each process more costs a cold start. */
const PROCESSES = 2

let world: World
beforeAll(async () => {
  // CloudFormation's own rules are asked by a test of their own.
  const environment = { ...process.env, CDK_VALIDATION: 'false' }
  const { path } = await synthesizeStack('dev', { lacking: { alipay: EXAMPLE_APP }, environment })
  world = await startWorld(path, { concurrency: PROCESSES })
})
beforeEach(() => world.wechat.clearFaults())
afterAll(() => world.stop())

describe('a drill, in its short form, loses, doubles and leaves nothing', { timeout: 60_000 }, () => {
  const onStacks = ALL_DRILLS.filter((drill) => 'run' in drill)
  const size = (count: number) => Math.min(MOST, Math.max(1, Math.round(count * SHORT)))

  // One after the other in one world: what one leaves behind is found by all that follow.
  it.each(onStacks.map((drill) => [drill.title, drill] as const))('%s', async (_, drill) => {
    const before = (await audit(world)).channels.map(({ theirs }) => theirs.payments.count)
    const { audit: counted } = await runOnWorld(drill, { world, size })
    const { lost, doubled, stuck, channels } = counted
    expect({ lost, doubled, stuck }).toEqual({ lost: [], doubled: [], stuck: [] })
    for (const { theirs, orders, events } of channels) expect([orders, events]).toEqual([theirs, theirs])
    const more = channels.filter(({ theirs }, index) => theirs.payments.count > before[index]!)
    expect(more.length).toBeGreaterThan(0)
  })

  it('a bad day of the sweep', async () => {
    const { problems, notes } = await badDay.alone((count) => Math.round(count / 200))
    expect(problems).toEqual([])
    expect(notes[1]).toMatch(/^most failing calls in any second: [1-5]$/)
  })
})

describe('the audit of a drill', () => {
  it('finds what is lost, doubled and stuck', async () => {
    const { stack, merchant } = world
    const { tables, topic_arn: TopicArn } = stack.description
    for (const number of ['AUDIT-1', 'AUDIT-2', 'AUDIT-3']) {
      const { id } = await world.paid(number, 500)
      await world.settled(id)
    }
    expect(isClean(await audit(world))).toBe(true)

    const { dynamodb, sns } = stack.clients
    const order_key = { S: orderKey(world.mchid, 'AUDIT-1') }
    const published = merchant.events.length
    await dynamodb.send(new DeleteItemCommand({ TableName: tables.orders, Key: { order_key } }))
    const Message = merchant.events.at(-1)!.text.replace('500', '501')
    await sns.send(new PublishCommand({ TopicArn, Message }))
    await merchant.when(() => (merchant.events.length > published ? true : undefined), 'the other event')
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tables.facts,
        Key: { fact_key: { S: world.paymentKey('AUDIT-2') } },
        UpdateExpression: 'SET pending_shard = :shard',
        ExpressionAttributeValues: { ':shard': { S: '0' } },
      }),
    )
    const { lost, doubled, stuck, agree } = await audit(world)
    expect(lost).toEqual(['payment of AUDIT-1: order'])
    expect(doubled).toEqual([`event ${world.paymentKey('AUDIT-3')}: two contents`])
    expect(stuck).toEqual([`fact ${world.paymentKey('AUDIT-2')}: pending`])
    expect(agree).toBe(false)
  })
})
