/** The commands that bring events to a server of the developer's, on a stack that others use as well. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ListQueuesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvent } from '#client/parse-event.ts'
import { openEventQueue } from '#cli/stack/event-queue.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import { createSnsClient } from '#shared/aws/clients.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { CliStack } from './cli-stack.ts'

const ROOT = join(import.meta.dirname, '../..')
const ORDER = 'CLI-LISTEN-1'

export function describeListen(here: () => CliStack): void {
  describe('listen and events resend', () => {
    let server: Server
    let url: string
    let key: string
    /** What the server answers, one after another; then 204. */
    let answers: number[]
    let got: { readonly type: string | undefined; readonly body: string }[]

    beforeAll(async () => {
      server = createServer((request, response) => {
        void text(request).then((body) => {
          got.push({ type: request.headers['content-type'], body })
          response.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end()
        })
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
      key = paymentFactKey(here().access.mchid, ORDER, 'SUCCESS')
      await here().paidOrder(ORDER)
    })
    afterAll(() => server?.close())
    beforeEach(() => {
      answers = []
      got = []
    })

    async function publish(events: readonly PaymentEvent[]): Promise<void> {
      const { region, dynamodb, local } = here().access
      const credentials = await dynamodb.config.credentials()
      const client = createSnsClient({ region, credentials, endpoint: local!.snsEndpoint })
      const publisher = createSnsPublisher({ client, topicArn: local!.topicArn })
      for (const event of events) await publisher.publish(event)
      client.destroy()
    }

    async function queuesOf(): Promise<readonly string[]> {
      const command = new ListQueuesCommand({ QueueNamePrefix: 'wxpay-listen-' })
      return (await here().access.sqs.send(command)).QueueUrls ?? []
    }

    /** Has the event of the order published once more as soon as somebody listens. */
    async function heard(args: readonly string[], target = url) {
      // What was published a moment ago is not settled yet, and would not be published twice.
      await expect.poll(async () => (await here().wxpay(['facts', 'ls'])).out).toBe('no fact is waiting\n')
      let resent: Promise<unknown> | undefined
      const ran = await here().wxpay(['listen', '--forward-to', target, '--events', '1', ...args], {
        hears: (said) => {
          if (said.startsWith('listening')) resent = here().wxpay(['events', 'resend', key, '--yes'])
        },
      })
      expect(await resent).toMatchObject({ code: 0, out: expect.stringContaining('under the same ids') })
      return ran
    }

    it('send an event as it was published, again when it is not taken, and tell each try', async () => {
      answers = [500]
      const { code, out, err } = await heard(['--json'])
      expect(code).toBe(0)
      const lines = out.trim().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ id: key, attempt: 1, status: 500, outcome: 'again', again_in_seconds: 1 }),
        expect.objectContaining({ type: 'payment.succeeded', attempt: 2, status: 204, outcome: 'delivered' }),
      ])
      expect(got.map(({ type }) => type)).toEqual(
        Array(2).fill('application/cloudevents+json; charset=utf-8'),
      )
      expect(got.map(({ body }) => parseEvent(body))).toEqual(
        Array(2).fill(expect.objectContaining({ id: key, subject: ORDER })),
      )
      expect(err).toContain('delivered 1 event, gave 0 up')
      // The queue of its own has gone with it.
      expect(await queuesOf()).toEqual([])
    })

    it('give an event up that nobody takes, by a redirect or by silence, and say how to have it again', async () => {
      answers = [302]
      const redirected = await heard(['--tries', '1'])
      expect(redirected).toMatchObject({ code: 1, err: expect.stringContaining('wxpay events resend') })
      expect(redirected.out).toMatch(
        new RegExp(
          `^[\\d:]{8} {2}payment.succeeded {2}${ORDER} {2}302 in \\d+ ms {2}given up after 1 {2}${key}\n$`,
        ),
      )
      const nobody = createServer().listen(0, '127.0.0.1')
      await once(nobody, 'listening')
      const { port } = nobody.address() as AddressInfo
      nobody.close()
      await once(nobody, 'close')
      const silent = await heard(['--tries', '1'], `http://127.0.0.1:${port}/`)
      expect([silent.code, silent.out]).toEqual([1, expect.stringContaining('no answer (ECONNREFUSED)')])
    })

    it('take from a queue that is named what they can deliver, and leave the rest to its owner', async () => {
      const { sqs } = here().access
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'cli-listen-named' }))
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"hello":"world"}' }))
      const Message = eventOf(key)
      const envelope = JSON.stringify({ Type: 'Notification', Message: JSON.stringify(Message) })
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: envelope }))
      const args = ['listen', '--forward-to', url, '--events', '1', '--queue', QueueUrl]
      expect(await here().wxpay(args)).toMatchObject({ code: 3 })
      const { code, err } = await here().wxpay([...args, '--yes'])
      expect([code, err]).toEqual([0, expect.stringMatching(/the message \S+ holds no event and stays/)])
      expect(got.map(({ body }) => JSON.parse(body))).toEqual([Message])
      const stop = AbortSignal.abort()
      expect(await here().wxpay([...args, '--yes'], { interrupted: stop })).toMatchObject({
        code: 0,
        out: '',
      })
      await sqs.send(new DeleteQueueCommand({ QueueUrl }))
    })

    it.each([
      ['alipay', ALIPAY_EVENT, WECHAT_EVENT],
      ['wechat', WECHAT_EVENT, ALIPAY_EVENT],
    ])(
      'hear of a local stack only what is of %s, where that is asked for',
      async (provider, wanted, other) => {
        let published: Promise<void> | undefined
        const args = ['listen', '--forward-to', url, '--events', '1', '--provider', provider]
        const ran = await here().wxpay(args, {
          hears: (said) => {
            if (said.startsWith('listening')) published = publish([other, wanted])
          },
        })
        await published
        expect([ran.code, ran.err]).toEqual([0, expect.stringContaining('delivered 1 event')])
        expect(got.map(({ body }) => JSON.parse(body))).toEqual([wanted])
      },
    )

    it('leave it to the subscription of a queue that is named, of which channel it gets events', async () => {
      const args = ['listen', '--forward-to', url, '--queue', 'http://127.0.0.1/1/mine', '--yes']
      for (const [provider, policy] of [
        ['alipay', '{"provider":["alipay"]}'],
        ['wechat', '{"provider":[{"exists":false}]}'],
      ] as const) {
        const { code, err } = await here().wxpay([...args, '--provider', provider])
        expect([code, err]).toEqual([2, expect.stringContaining(policy)])
      }
    })

    it('refuse queues of the stack itself, a deployed stack without one, and addresses that are none', async () => {
      const facts = here().access.queues.facts
      const own = await here().wxpay(['listen', '--forward-to', url, '--queue', facts, '--yes'])
      expect([own.code, own.err]).toEqual([2, expect.stringContaining('belongs to the stack local itself')])
      const deployed = { ...here().access, name: 'wxpay-prod' } as Partial<StackAccess>
      delete (deployed as { local?: unknown }).local
      expect(() => openEventQueue(deployed as StackAccess, undefined)).toThrow('none was named')
      for (const target of ['localhost:3000', 'ftp://127.0.0.1/', 'http://me:secret@127.0.0.1/']) {
        const { code, err } = await here().wxpay(['listen', '--forward-to', target])
        expect([code, err]).toEqual([2, expect.stringContaining('--forward-to must be an address')])
        expect(err).not.toContain('secret')
      }
    })

    it('end at Ctrl-C with what was delivered, and leave nothing behind', async () => {
      const args = [
        'cli/wxpay.cjs',
        'listen',
        '--forward-to',
        url,
        '--state-dir',
        join(here().directory, 'state'),
      ]
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
      const exited = once(child, 'exit')
      let err = ''
      for await (const chunk of child.stderr) {
        const before = err
        err += String(chunk)
        if (!before.includes('listening') && err.includes('Ctrl-C ends it')) child.kill('SIGINT')
      }
      expect([await exited, err]).toEqual([
        [0, null],
        expect.stringContaining('delivered 0 events, gave 0 up'),
      ])
      expect(await queuesOf()).toEqual([])
    })

    it('resend nothing for an id that no event has', async () => {
      expect(await here().wxpay(['events', 'resend', 'ORDER-1', '--yes'])).toMatchObject({ code: 2 })
      const none = paymentFactKey(here().access.mchid, 'NONE-1', 'SUCCESS')
      const { code, err } = await here().wxpay(['events', 'resend', `${none}#order.held`, '--yes'])
      expect([code, err]).toEqual([1, expect.stringContaining(`no fact ${none} is stored`)])
    })
  })
}

function eventOf(id: string, mchid = '1900000109'): PaymentEvent {
  return {
    specversion: '1.0',
    id,
    source: `/wechatpay/${mchid}`,
    type: 'payment.succeeded',
    subject: ORDER,
    time: '2026-11-21T01:05:50.782Z',
    data: { mchid, out_trade_no: ORDER, order_version: 3 },
  } as PaymentEvent
}

const WECHAT_EVENT = eventOf('payment#1900000109#ORDER-1#SUCCESS')
const ALIPAY_EVENT = eventOf('payment#alipay:2021#ORDER-1#SUCCESS', 'alipay:2021')
