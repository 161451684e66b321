import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { everythingStored } from '#test/support/stored.ts'
import { AMOUNTS, FIELDS, HOLD, hold, prepay, refund, REFUNDS, RELEASE, release } from './bad-fields.ts'

let flow: Flow
let stored: string
let books: object
let calls: number

/** How often WeChat was called: each call takes this fault, which does nothing. */
async function callsOfWechat(): Promise<number> {
  const [counter] = await flow.wechat.faults()
  return 1_000_000 - (counter?.remaining ?? 0)
}

beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly(), throttle: false })
  await flow.paid('PAID-ORDER-1', 1000)
  await flow.settled(flow.paymentKey('PAID-ORDER-1'))
  await flow.wechat.addFault({ kind: 'slow', delay_ms: 0, count: 1_000_000 })
  ;[stored, books, calls] = [
    await everythingStored(flow.stack),
    await flow.wechat.books(),
    await callsOfWechat(),
  ]
})
afterAll(() => flow?.stop())

async function send(path: string, init: RequestInit) {
  const response = await fetch(flow.stack.apiUrl + path, init)
  const type = response.headers.get('content-type')
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> }
}

const post = (path: string, body: string, type: string | null = 'application/json') =>
  send(path, {
    method: 'POST',
    body: Buffer.from(body),
    headers: type === null ? {} : { 'content-type': type },
  })

describe('a field that breaks a rule is named, and its value is not', () => {
  it.each(FIELDS)('$name', async ({ path, body, field }) => {
    const answer = await post(path, JSON.stringify(body))
    expect(answer).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { code: 'invalid_request' },
    })
    const problems = answer.body['errors'] as { field: string; rule: string; received: string }[]
    expect(problems.map((problem) => problem.field)).toContain(field)
    for (const { rule, received } of problems) expect([rule, received]).not.toContain('')
    expect(JSON.stringify(answer.body)).not.toMatch(/evil\.example|micropay|wx0000000000000bad/)
  })

  it.each(AMOUNTS)('an amount of a payment that is %s', async (_, amount) => {
    const answer = await post('/v1/payments', JSON.stringify(prepay).replace('100', amount))
    expect([answer.status, answer.type]).toEqual([400, 'application/problem+json'])
    expect(JSON.stringify(answer.body['errors'])).toContain('amount.total')
  })

  it.each(AMOUNTS)('an amount of a refund that is %s', async (_, amount) => {
    const answer = await post(REFUNDS, JSON.stringify(refund).replace('10', amount))
    expect([answer.status, answer.type]).toEqual([400, 'application/problem+json'])
    expect(JSON.stringify(answer.body['errors'])).toContain('amount.refund')
  })
})

const POSTS: readonly (readonly [string, object])[] = [
  ['/v1/payments', prepay],
  [REFUNDS, refund],
  [HOLD, hold],
  [RELEASE, release],
]

describe.each(POSTS)('POST %s', (path, good) => {
  it.each([
    ['not JSON', '{"channel":'],
    ['empty', ''],
    ['a list', '[]'],
    ['a string', '"order"'],
    ['null', 'null'],
    ['not UTF-8', '\xff'],
  ])('refuses a body that is %s', async (what, body) => {
    const bytes = what === 'not UTF-8' ? Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) : Buffer.from(body)
    const answer = await send(path, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { code: 'invalid_request' },
    })
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=gbk', null])(
    'refuses the content type %s',
    async (type) => {
      const answer = await post(path, JSON.stringify(good), type)
      expect(answer).toMatchObject({ status: 415, type: 'application/problem+json' })
    },
  )

  it('refuses a body that is too large', async () => {
    const answer = await post(path, JSON.stringify({ ...good, padding: 'x'.repeat(33 * 1024) }))
    expect(answer).toMatchObject({
      status: 413,
      type: 'application/problem+json',
      body: { code: 'body_too_large' },
    })
  })

  it.each(['PUT', 'DELETE', 'PATCH'])('knows no method %s', async (method) => {
    expect((await send(path, { method })).status).toBe(404)
  })
})

describe('routes without a body', () => {
  it.each([
    ['GET', '/v1/payments/A1'],
    ['GET', '/v1/payments/ORDER%20NUMBER'],
    ['GET', `/v1/payments/${'A'.repeat(33)}`],
    ['GET', '/v1/payments/PAID-ORDER-1?refresh=yes'],
    ['GET', '/v1/payments/PAID-ORDER-1?force=true'],
    ['GET', '/v1/payments/transaction/4200-1'],
    ['GET', `/v1/refunds/${'R'.repeat(65)}`],
    ['GET', '/v1/refunds/R%2B1'],
    // One that there is not, and one that this stage does not have.
    ...['paypal', 'alipay', ''].flatMap((provider) => [
      ['GET', `/v1/payments/PAID-ORDER-1?provider=${provider}`],
      ['GET', `/v1/payments/transaction/4200?provider=${provider}`],
      ['GET', `/v1/refunds/R1?provider=${provider}`],
      ['GET', `/v1/payments?provider=${provider}`],
      ['GET', `/v1/refunds?provider=${provider}`],
      ['POST', `/v1/payments/PAID-ORDER-1/close?provider=${provider}`],
    ]),
  ])('%s %s is refused', async (method, path) => {
    const answer = await send(path, { method })
    expect(answer).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { code: 'invalid_request' },
    })
  })

  it('a notification for a channel that the stage lacks finds nothing', async () => {
    expect((await send('/alipay/notify', { method: 'POST' })).status).toBe(404)
  })

  it('close takes no fields', async () => {
    const answer = await post('/v1/payments/PAID-ORDER-1/close', '{"reason":"none"}')
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json' })
  })
})

describe('after all of this', () => {
  it('nothing is stored, nobody was called', async () => {
    expect(await everythingStored(flow.stack)).toBe(stored)
    expect(await flow.wechat.books()).toEqual(books)
    expect(await callsOfWechat()).toBe(calls)
    // The counter counts: one real call takes one.
    await flow.place('GOOD-INPUT-1')
    expect(await callsOfWechat()).toBe(calls + 1)
  })
})
