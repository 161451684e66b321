import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogEntry } from '#cli/stack/log-thread.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { noticeReceived } from '#shared/facts/notice.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { type CliStack, startCliStack } from './cli-stack.ts'
import { describeListen } from './listening.ts'

let here: CliStack
beforeAll(async () => {
  here = await startCliStack()
})
afterAll(() => here?.stop())

describe('facts', () => {
  it('that are pending are listed, shown by a dry run, and settled after a replay', async () => {
    const key = await here.storedFact('CLI-FACT-1')
    expect((await here.wxpay(['facts', 'ls'])).out).toContain(key)
    expect((await here.wxpay(['facts', 'ls', '--from', '1m'])).out).toBe('no fact of these is waiting\n')
    const listed = JSON.parse((await here.wxpay(['facts', 'ls', '--json'])).out)
    expect(listed).toMatchObject({ total: 1, facts: [{ fact_key: key, pending: true }] })
    const dry = await here.wxpay(['facts', 'replay', '--from', '1h', '--dry-run'])
    expect(dry.out).toContain('nothing was dispatched')
    expect((await here.wxpay(['facts', 'ls'])).out).toContain(key)

    expect(await here.wxpay(['facts', 'replay', '--from', '1h', '--yes'])).toMatchObject({ code: 0 })
    await here.settled(key)
    expect((await here.wxpay(['facts', 'ls'])).out).toBe('no fact is waiting\n')
  })

  it('of a notification are shown as they are stored, and opened on demand, without its payer', async () => {
    const url = `${here.stack.apiUrl}/wechatpay/notify/payment`
    const { id } = await here.control.send({ url, event_type: 'MCHTRANSFER.BILL.FINISHED' })
    await here.control.waitForNotification({ event_type: 'MCHTRANSFER.BILL.FINISHED' })
    const key = `notification#${here.access.mchid}#${id}`
    const { out } = await here.wxpay(['facts', 'show', key])
    expect(out).toContain('MCHTRANSFER.BILL.FINISHED')
    expect(out).not.toContain('out_bill_no')
    const opened = JSON.parse((await here.wxpay(['facts', 'show', key, '--open', '--json'])).out).opened
    expect(opened).toMatchObject({ state: 'SUCCESS', openid: '(hidden; --show-payer shows it)' })
    const payer = await here.wxpay(['facts', 'show', key, '--open', '--show-payer'])
    expect(payer.out).toMatch(/"openid": "o/)
    expect(await here.wxpay(['facts', 'show', 'notification#1#none'])).toMatchObject({ code: 1 })
  })

  it('of a notification of Alipay, which seals nothing, are opened as they are stored', async () => {
    const { dynamodb: client, tables } = here.access
    const notice = {
      event_type: 'trade_status_sync',
      out_trade_no: 'CLI-FACT-3',
      fields: { trade_status: 'PARKED' },
      left_out: ['buyer_id'],
    }
    const told = {
      mchid: 'alipay:2021001161683774',
      received_at: Date.now(),
      notice,
      plain: Buffer.from('c'),
    }
    const fact = noticeReceived(told)
    await createDynamoFactStore({ client, tableName: tables.facts }).put(fact)
    expect((await here.wxpay(['facts', 'show', fact.fact_key])).out).toContain('CLI-FACT-3')
    const { out } = await here.wxpay(['facts', 'show', fact.fact_key, '--open', '--json'])
    expect(JSON.parse(out).opened).toEqual({ trade_status: 'PARKED', buyer_id: '(not kept)' })
    await here.wxpay(['facts', 'replay', '--from', '1h', '--yes'])
    await here.stack.logs.waitFor(
      ({ line }) => line.includes('"NOTICE_PUBLISHED"') && line.includes(fact.fact_key),
    )
  })

  it('that are settled publish the same event once more with --settled', async () => {
    await here.paidOrder('CLI-FACT-2')
    const settled = () =>
      here.stack.logs.lines().filter((line) => line.includes('"FACT_SETTLED"') && line.includes('CLI-FACT-2'))
        .length
    expect(settled()).toBe(1)
    const { code, out } = await here.wxpay([
      'facts',
      'replay',
      '--from',
      '1h',
      '--kind',
      'payment',
      '--settled',
      '--yes',
      '--json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out).settled_before).toBeGreaterThanOrEqual(1)
    await expect.poll(settled).toBe(2)
    const order = JSON.parse((await here.wxpay(['order', 'show', 'CLI-FACT-2', '--json'])).out)
    expect(order).toMatchObject({ status: 'PAID', refundable: 100, held: false })
    const { lines } = JSON.parse((await here.wxpay(['logs', 'CLI-FACT-2', '--json'])).out)
    const codes = lines.map(({ code, function_name }: LogEntry) => `${function_name} ${code}`)
    expect(codes).toEqual(
      expect.arrayContaining(['prepay COMPLETED', 'notify NOTIFICATION_STORED', 'settle FACT_SETTLED']),
    )
  })
})

describe('dlq', () => {
  it('does not call a queue empty whose messages another reader holds, and lists them in one order', async () => {
    const QueueUrl = here.access.queues.facts_dead_letter
    const bodies = ['first', 'second', 'third']
    for (const MessageBody of bodies)
      await here.access.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    const listed = async () => JSON.parse((await here.wxpay(['dlq', 'ls', '--json'])).out)
    const before = await listed()
    expect(before).toMatchObject({ total: 3, messages: { length: 3 } })
    // Somebody else takes one, puts it back, and then holds all of them.
    const take = async (MaxNumberOfMessages: number, VisibilityTimeout: number) => {
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout })
      return (await here.access.sqs.send(command)).Messages ?? []
    }
    await take(1, 0)
    const ids = ({ messages }: { messages: { message_id: string }[] }) =>
      messages.map((one) => one.message_id)
    expect(ids(await listed())).toEqual(ids(before))
    const held = await take(10, 600)
    expect(held).toHaveLength(3)
    const { out } = await here.wxpay(['dlq', 'ls'])
    expect(out).toContain('3 messages in the dead-letter queue, and another reader holds all of them')
    for (const { ReceiptHandle } of held)
      await here.access.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  })

  it('moves our messages, names what is not ours and leaves it, and may be repeated', async () => {
    const dead = here.access.queues.facts_dead_letter
    const send = (MessageBody: string) =>
      here.access.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody }))
    const key = await here.storedFact('CLI-DLQ-1')
    await send(JSON.stringify({ fact_key: key }))
    await send('{"hello":"world"}')
    await send(JSON.stringify({ fact_key: 'payment#1900009999#ORDER-1#SUCCESS' }))
    await send(JSON.stringify({ fact_key: paymentFactKey(here.access.mchid, 'NEVER-STORED', 'SUCCESS') }))

    const listed = JSON.parse((await here.wxpay(['dlq', 'ls', '--json'])).out)
    expect(listed.total).toBe(4)
    const ours = listed.messages.find((message: { fact_key: string | null }) => message.fact_key === key)
    const shown = await here.wxpay(['dlq', 'show', ours.message_id])
    expect(shown.out).toContain('pending: not settled yet')

    const redriven = await here.wxpay(['dlq', 'redrive', '--rate', '50', '--yes'])
    expect(redriven.code).toBe(1)
    expect(redriven.out).toContain('moved 1 message to the fact queue')
    expect(redriven.out).toContain('its body is not {"fact_key": …}')
    expect(redriven.out).toContain(
      `it is about the merchant 1900009999, and this stack serves ${here.access.mchid}`,
    )
    expect(redriven.out).toContain('NEVER-STORED#SUCCESS is stored')
    await here.settled(key)

    const left = JSON.parse((await here.wxpay(['dlq', 'redrive', '--yes', '--json'])).out)
    expect([left.moved, left.left.length]).toEqual([0, 3])
    // Put back, not hidden: another reader gets them at once.
    const { Messages = [] } = await here.access.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: dead,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: 0,
      }),
    )
    expect(Messages).toHaveLength(3)
  })
})

describeListen(() => here)
