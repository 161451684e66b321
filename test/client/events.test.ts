/** Events out of whatever brought them, each handled once. */
import { describe, expect, it } from 'vitest'
import type { WechatPayEvent } from '#client/contract/events.ts'
import { createEventFilter } from '#client/event-filter.ts'
import { parseEvent, parseEvents } from '#client/parse-event.ts'

function paid(version = 3, id = 'payment#1#ORDER-1#SUCCESS'): WechatPayEvent {
  return {
    specversion: '1.0',
    id,
    source: '/wechatpay/1900000109',
    type: 'payment.succeeded',
    subject: 'ORDER-1',
    time: '2026-11-21T01:05:50.782Z',
    datacontenttype: 'application/json',
    data: {
      mchid: '1900000109',
      out_trade_no: 'ORDER-1',
      order_version: version,
      refundable: 100,
      deficit: 0,
      holds: [],
    },
  }
}

const event = paid()
const raw = JSON.stringify(event)
const envelope = { Type: 'Notification', MessageId: '1', TopicArn: 'arn', Message: raw }
const bridge = { version: '0', id: '1', 'detail-type': 'payment.succeeded', source: 'x', detail: event }

describe('an event is found', () => {
  it.each<[string, unknown]>([
    ['raw, as text', raw],
    ['raw, as object', event],
    ['in the envelope of SNS', JSON.stringify(envelope)],
    ['in the event of a function on the topic', { Records: [{ EventSource: 'aws:sns', Sns: envelope }] }],
    ['in a message of SQS, raw', { MessageId: '1', Body: raw }],
    ['in a message of SQS with the envelope', { MessageId: '1', Body: JSON.stringify(envelope) }],
    ['in the event of a function behind a queue', { Records: [{ messageId: '1', body: raw }] }],
    ['in the answer of ReceiveMessage', { Messages: [{ Body: JSON.stringify(envelope) }] }],
    ['in an event of EventBridge', bridge],
    ['in one that came through a queue', { Records: [{ body: JSON.stringify(bridge) }] }],
  ])('%s', (_name, body) => {
    expect(parseEvent(body)).toEqual(event)
  })

  it('of each record, and of a type that a later release adds', () => {
    const records = { Records: [{ body: raw }, { body: JSON.stringify(envelope) }] }
    expect(parseEvents(records)).toEqual([event, event])
    expect(parseEvents({ Messages: undefined, $metadata: {} })).toEqual([])
    expect(parseEvent({ ...event, type: 'payout.succeeded' }).id).toBe(event.id)
  })

  it('with the fields of its type', () => {
    const found = parseEvent(raw)
    const total = found.type === 'reconciliation.completed' ? found.data.payments.amount : found.data.mchid
    expect(total).toBe('1900000109')
  })
})

describe('what is none is a TypeError without its content:', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /must be JSON text or an object/],
    ['canary {', /is not JSON/],
    [7, /must be JSON text or an object/],
    [{ canary: 1 }, /no event and no message/],
    [{ ...event, source: '/canary' }, /none of wechatpay-lambda/],
    [{ ...event, specversion: '2.0' }, /none of wechatpay-lambda/],
    [{ ...event, id: '' }, /none of wechatpay-lambda/],
    [{ ...event, type: undefined }, /none of wechatpay-lambda/],
    [{ ...event, data: undefined }, /none of wechatpay-lambda/],
    [{ ...event, data: { mchid: '1' } }, /none of wechatpay-lambda/],
    [{ ...event, data: { ...event.data, order_version: 1.5 } }, /none of wechatpay-lambda/],
    [{ ...event, data: { ...event.data, mchid: 7 } }, /none of wechatpay-lambda/],
    [{ Type: 'SubscriptionConfirmation', Message: 'canary' }, /confirm the subscription first/],
    [{ Records: [] }, /holds 0 events/],
    [{ Records: [{ body: raw }, { body: raw }] }, /holds 2 events/],
    [Array.from({ length: 9 }).reduce((inner) => ({ body: inner }), raw), /wrapped too deeply/],
  ])('%j', (body, says) => {
    expect(() => parseEvent(body)).toThrow(TypeError)
    expect(() => parseEvent(body)).toThrow(says)
    expect(() => parseEvent(body)).not.toThrow(/canary/)
  })
})

describe('the filter', () => {
  it('runs once for an event, in turn with others of its order, and again when it failed', async () => {
    const { once } = createEventFilter()
    const seen: string[] = []
    const failing = once(event, () => {
      throw new Error('not yet')
    })
    const others = [1, 2].map(() => once(event, ({ id }) => void seen.push(id)))
    await expect(failing).rejects.toThrow('not yet')
    expect(await Promise.all(others)).toEqual([true, false])
    expect(await once(paid(1, 'earlier'), ({ id }) => void seen.push(id))).toBe(true)
    expect(seen).toEqual([event.id, 'earlier'])
  })

  it('drops older states of an order where asked, not those of another, and not others of the same version', async () => {
    const { newest } = createEventFilter()
    const other = { ...paid(1, 'other'), subject: 'ORDER-2' }
    const ran: boolean[] = []
    for (const each of [paid(5, 'a'), paid(4, 'b'), paid(5, 'c'), paid(6, 'a'), other, paid(6, 'd')])
      ran.push(await newest(each, () => {}))
    expect(ran).toEqual([true, false, true, false, true, true])
  })

  it('remembers where it is told to', async () => {
    const kept = new Map<string, number>()
    const memory = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, version: number) => void kept.set(key, version),
    }
    expect(await createEventFilter({ memory }).once(event, () => {})).toBe(true)
    expect(await createEventFilter({ memory }).once(event, () => {})).toBe(false)
    expect([...kept.values()]).toEqual([3, 3])
  })

  it('names what is wrong', async () => {
    expect(() => createEventFilter({ memory: {} as never })).toThrow(/^options\.memory must have get and set/)
    expect(() => createEventFilter({ size: 1 } as never)).toThrow(/^options\.size/)
    await expect(createEventFilter().once(event, undefined as never)).rejects.toThrow(/^handle must be/)
    await expect(createEventFilter().once(null as never, () => {})).rejects.toThrow(/^event must be/)
  })
})
