import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratch } from '#test/local/fixture.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { assemblyWithTimeout } from '#test/support/given-assembly.ts'
import { OTHER_TYPES } from '#test/support/other-types.ts'
import { everythingStored, storedFacts } from '#test/support/stored.ts'
import { until } from '#test/support/until.ts'

const TIMEOUT_SECONDS = 2
const MINUTE = 60_000

const place = scratch()
let flow: Flow
beforeAll(async () => {
  const assembly = await assemblyWithTimeout(place.path, {
    settle: TIMEOUT_SECONDS,
    notify: TIMEOUT_SECONDS,
  })
  // One process a function, so that the one that is stopped is the one that gets the next invocation.
  flow = await startFlow({ assembly, timeScale: 90, concurrency: 1 })
  await flow.paid('WARM-UP-1')
})
afterAll(async () => {
  await flow?.stop()
  place.remove()
})

/** Stops the function's processes as they are: they take an invocation and do nothing with it. */
function freeze(operation: string): void {
  const pids = flow.stack.lambda.pids(operation)
  expect(pids).toHaveLength(1)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
}

async function messages(which: 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible') {
  const { Attributes } = await flow.stack.clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: flow.stack.description.queues.facts, AttributeNames: [which] }),
  )
  return Number(Attributes?.[which])
}

const logged = (text: string) => flow.stack.logs.waitFor(({ line }) => line.includes(text))

describe('settle', () => {
  it('changes nothing and publishes nothing for messages that come again', async () => {
    await flow.paid('DUPLICATE-1')
    await flow.settled(flow.paymentKey('DUPLICATE-1'))
    const before = [await everythingStored(flow.stack), flow.merchant.events.length]
    const { clients, description } = flow.stack
    const MessageBody = JSON.stringify({ fact_key: flow.paymentKey('DUPLICATE-1') })
    const send = () =>
      clients.sqs.send(new SendMessageCommand({ QueueUrl: description.queues.facts, MessageBody }))
    await Promise.all(Array.from({ length: 30 }, send))
    const handled = () =>
      flow.stack.logs
        .lines(description.functions['settle'])
        .filter((line) => line.includes('FACT_SETTLED_BEFORE') && line.includes('DUPLICATE-1')).length
    await until(async () => handled() >= 30, 'all 30 copies are handled')
    expect([await everythingStored(flow.stack), flow.merchant.events.length]).toEqual(before)
  })

  it('killed with -9 while it holds a message finishes by itself, once', async () => {
    await flow.place('KILLED-1', 600)
    freeze('settle')
    await flow.wechat.pay({ out_trade_no: 'KILLED-1' })
    await until(async () => (await messages('ApproximateNumberOfMessagesNotVisible')) === 1, 'settle has it')
    expect((await flow.stack.kill('settle')).length).toBe(1)
    const event = await flow.merchant.event(flow.paymentKey('KILLED-1'))
    expect(event.type).toBe('payment.succeeded')
    await flow.settled(event.id)
    expect(flow.merchant.events.filter(({ id }) => id === event.id)).toHaveLength(1)
    expect(await flow.order('KILLED-1')).toMatchObject({ status: 'PAID', refundable: 600 })
  })

  it('that hangs is ended by its time-out, and the message comes again', async () => {
    await flow.place('HANGING-1')
    freeze('settle')
    await flow.wechat.pay({ out_trade_no: 'HANGING-1' })
    await logged(`Task timed out after ${TIMEOUT_SECONDS}.00 seconds`)
    expect((await flow.merchant.event(flow.paymentKey('HANGING-1'))).type).toBe('payment.succeeded')
  })

  it('leaves what it can never settle to the dead-letter queue after five tries', async () => {
    const { clients, description } = flow.stack
    const MessageBody = JSON.stringify({ fact_key: 'not ours' })
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: description.queues.facts, MessageBody }))
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: description.queues.facts_dead_letter, WaitTimeSeconds: 15 }),
    )
    expect(Messages.map(({ Body }) => Body)).toEqual([MessageBody])
    expect(await messages('ApproximateNumberOfMessages')).toBe(0)
    const failures = flow.stack.logs
      .lines(description.functions['settle'])
      .filter((line) => line.includes('the message holds no fact key') || line.includes('invalid_request'))
    expect(failures).toHaveLength(5)
  })
})

describe('notify', () => {
  it('that hangs until its time-out is no answer to WeChat, which sends it again', async () => {
    await flow.place('HANGING-2')
    freeze('notify')
    await flow.wechat.pay({ out_trade_no: 'HANGING-2' })
    expect((await flow.merchant.event(flow.paymentKey('HANGING-2'))).type).toBe('payment.succeeded')
    const { attempts } = await flow.wechat.waitForNotification({ out_trade_no: 'HANGING-2' })
    // In between WeChat may have been refused for want of time: on a loaded machine.
    expect([attempts[0]?.status, attempts.at(-1)?.status]).toEqual([500, 204])
  })

  it('killed with -9 while it holds a notification promised nothing, and WeChat sends it again', async () => {
    await flow.place('KILLED-2')
    freeze('notify')
    await flow.wechat.pay({ out_trade_no: 'KILLED-2' })
    await flow.stack.kill('notify')
    expect((await flow.merchant.event(flow.paymentKey('KILLED-2'))).type).toBe('payment.succeeded')
  })

  it('killed with -9 after its 2xx to any type of notification has stored it', async () => {
    freeze('settle')
    const kept = []
    for (const { event_type, content } of OTHER_TYPES) {
      const { id, headers, body } = await flow.wechat.build({
        event_type,
        resource: { ...content },
      })
      const url = `${flow.stack.apiUrl}/wechatpay/notify/payment`
      const { status } = await fetch(url, { method: 'POST', headers, body })
      kept.push({ event_type, status, key: `notification#${flow.mchid}#${id}` })
    }
    expect(await flow.stack.kill('notify')).toHaveLength(1)
    expect(kept.filter(({ status }) => status !== 204)).toEqual([])
    const stored = (await storedFacts(flow.stack)).map(({ notice }) => notice?.event_type)
    expect(stored.filter((type) => type !== undefined).toSorted()).toEqual(
      OTHER_TYPES.map(({ event_type }) => event_type).toSorted(),
    )
    await flow.stack.kill('settle')
    for (const { key, event_type } of kept.filter((one) => !one.event_type.startsWith('SECURITY_ECHO')))
      expect((await flow.merchant.event(key)).data['event_type']).toBe(event_type)
  })
})

describe('refund', () => {
  it('killed with -9 before it reached WeChat is resolved by the sweep, with the same number', async () => {
    await flow.paid('KILLED-3', 500)
    await flow.refund('KILLED-3', 'KILLED-3-WARM', 1)
    await flow.wechat.addFault({ kind: 'timeout_before', match: { out_refund_no: 'KILLED-3-R' } })
    const asking = flow.refund('KILLED-3', 'KILLED-3-R', 200)
    await until(
      async () =>
        (await flow.order('KILLED-3')).refunds.some(({ out_refund_no }) => out_refund_no === 'KILLED-3-R'),
      'the refund is reserved',
    )
    await flow.stack.kill('refund')
    expect((await asking).status).toBe(500)
    expect((await flow.order('KILLED-3')).refunds[1]?.status).toBe('REQUESTED')
    await flow.wechat.clearFaults()
    await flow.sweepAfter(2 * MINUTE)
    await flow.wechat.finishRefund('KILLED-3-R')
    expect((await flow.merchant.event(flow.refundKey('KILLED-3-R'))).data['amount']).toEqual({
      total: 500,
      refund: 200,
    })
    expect((await flow.order('KILLED-3')).refundable).toBe(299)
  })
})
