/** The handlers in a stage that has Alipay and no WeChat Pay: nothing of WeChat is in their environment. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WECHAT_VARIABLES } from '#shared/channel-variables.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { dayPorts } from '#shared/lambda/day-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { reconcilePorts } from '#shared/lambda/reconcile-ports.ts'
import { sweepPorts } from '#shared/lambda/sweep-ports.ts'
import { silentLogger } from '#shared/log.ts'
import { channelFor } from '#shared/orders/channels.ts'
import { startHandlerWorld } from '#test/support/handler-world.ts'
import type { HandlerWorld } from '#test/support/handler-world.ts'
import { apiCall, lambdaContext } from '#test/support/lambda-context.ts'
import type { SeenRequest } from '#test/support/wechat-peer.ts'
import { APP_ID, startAlipayWorld } from '#test/simulator/alipay/fixture.ts'
import type { AlipayWorld } from '#test/simulator/alipay/fixture.ts'
import { capturedLines } from '#test/support/captured-lines.ts'

type Handler = (event: unknown, context: object) => Promise<unknown>
const ACCOUNT = alipayAccount(APP_ID)
const SHOP = { description: 'tea', amount: { total: 1000 } }

let alipay: AlipayWorld
let world: HandlerWorld
let told: Readonly<Record<string, string>>
beforeAll(async () => {
  capturedLines()
  // The client of the queue says so by itself: its address is one of this machine.
  vi.spyOn(console, 'warn').mockReturnValue()
  alipay = await startAlipayWorld()
  const keys = alipay.show.keys()
  world = await startHandlerWorld({
    'alipay-signing': JSON.stringify({
      private_key: keys.app_private_key_pem,
      app_certificate: keys.app_certificate_pem,
      root_certificate: keys.root_certificate_pem,
    }),
    'alipay-keys': JSON.stringify({ keys: [{ kind: 'certificate', pem: keys.alipay_certificate_pem }] }),
  })
  world.wechat.answer(queueAndTopic)
  told = {
    ...world.environment,
    ...Object.fromEntries(WECHAT_VARIABLES.map((name) => [name, ''])),
    WXPAY_ALIPAY: JSON.stringify({ appId: APP_ID, gatewayUrl: alipay.show.gatewayUrl }),
    ALIPAY_SIGNING_SECRET_ID: 'alipay-signing',
    ALIPAY_KEYS_SECRET_ID: 'alipay-keys',
    REPORTS_BUCKET_NAME: 'reports',
    EVENT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:events',
    AWS_ENDPOINT_URL_SNS: world.wechat.origin,
    AWS_ENDPOINT_URL_SQS: world.wechat.origin,
  }
})
beforeEach(() => {
  for (const [name, value] of Object.entries(told)) vi.stubEnv(name, value)
})
afterAll(async () => {
  await Promise.all([world.stop(), alipay.stop()])
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What SQS and SNS answer. */
function queueAndTopic({ body }: SeenRequest, response: ServerResponse) {
  if (!body.startsWith('{'))
    return void response.end(
      '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    )
  const { MessageBody } = JSON.parse(body) as { MessageBody: string }
  const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
  response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody }))
}

const run = async (operation: string, event: object) => {
  const { handler } = (await import(`#functions/${operation}/handler.ts`)) as { handler: Handler }
  return handler(event, lambdaContext())
}
const call = async (operation: string, route: string, request: Parameters<typeof apiCall>[1]) => {
  const { statusCode, body } = (await run(operation, apiCall(route, request))) as {
    statusCode: number
    body: string
  }
  return { status: statusCode, answer: JSON.parse(body) as Record<string, unknown> }
}
const prepay = (body: object) => call('prepay', 'POST /v1/payments', { body: { ...SHOP, ...body } })

describe('a stage with Alipay alone', () => {
  it('takes a payment that names no provider as one of Alipay', async () => {
    expect(await prepay({ channel: 'precreate', out_trade_no: 'ORDER_1' })).toMatchObject({
      status: 200,
      answer: { provider: 'alipay', mchid: ACCOUNT, code_url: expect.stringMatching(/^https:/) },
    })
    // The same as with its name.
    expect(await prepay({ channel: 'precreate', out_trade_no: 'ORDER_1', provider: 'alipay' })).toMatchObject(
      {
        status: 200,
      },
    )
  })

  it.each([
    ['by name', { channel: 'native', provider: 'wechat' }],
    ['by a method of it', { channel: 'native' }],
  ])('refuses WeChat %s, and says whom it has', async (_, body) => {
    expect(await prepay({ ...body, out_trade_no: 'ORDER_2' })).toMatchObject({
      status: 400,
      answer: {
        code: 'invalid_request',
        errors: [{ field: 'provider', rule: 'must be one that this stage has: alipay' }],
      },
    })
  })

  it.each([
    ['query', 'GET /v1/payments/{out_trade_no}'],
    ['list', 'GET /v1/payments'],
    ['close', 'POST /v1/payments/{out_trade_no}/close'],
    ['hold', 'POST /v1/payments/{out_trade_no}/hold'],
    ['refund', 'GET /v1/refunds/{out_refund_no}'],
  ])('refuses ?provider=wechat at %s', async (operation, route) => {
    const path = { out_trade_no: 'ORDER_1', out_refund_no: 'R1' }
    const body = operation === 'hold' ? { by: 'ann', note: 'look' } : undefined
    const request = { path, query: { provider: 'wechat' }, ...(body === undefined ? {} : { body }) }
    expect(await call(operation, route, request)).toMatchObject({
      status: 400,
      answer: { errors: [{ field: 'provider', rule: 'must be one that this stage has: alipay' }] },
    })
  })

  it('learns a payment, settles it, and pays it back', async () => {
    await prepay({ channel: 'precreate', out_trade_no: 'ORDER_3' })
    await alipay.show.control.pay({ out_trade_no: 'ORDER_3' })
    const path = { out_trade_no: 'ORDER_3' }
    expect(await call('query', 'GET /v1/payments/{out_trade_no}', { path })).toMatchObject({
      answer: { status: 'PAID', mchid: ACCOUNT },
    })
    const fact_key = paymentFactKey(ACCOUNT, 'ORDER_3', 'SUCCESS')
    const Records = [{ messageId: 'm-1', body: JSON.stringify({ fact_key }) }]
    expect(await run('settle', { Records })).toEqual({ batchItemFailures: [] })
    const body = { out_refund_no: 'R3', amount: { refund: 300 } }
    expect(await call('refund', 'POST /v1/payments/{out_trade_no}/refunds', { path, body })).toMatchObject({
      status: 200,
      answer: { status: 'SUCCESS' },
    })
  })

  it('holds an order', async () => {
    await prepay({ channel: 'precreate', out_trade_no: 'ORDER_4' })
    const path = { out_trade_no: 'ORDER_4' }
    const body = { by: 'ann', note: 'look' }
    expect(await call('hold', 'POST /v1/payments/{out_trade_no}/hold', { path, body })).toMatchObject({
      status: 200,
    })
  })

  it('gives its sweep Alipay alone to ask, within a budget, and the turn of its account', async () => {
    await prepay({ channel: 'precreate', out_trade_no: 'ORDER_5' })
    const env = readEnvironment(process.env, 'sweep')
    const { mchid, channels, budget } = sweepPorts(env, { logger: silentLogger, metrics: { put: () => {} } })
    expect([mchid, Object.keys(channels)]).toEqual([ACCOUNT, ['alipay']])
    await channelFor(channels, ACCOUNT).queryOrder('ORDER_5')
    expect(budget.quietFrom).toBeGreaterThan(0)
  })

  it('reconciles the books of Alipay alone', () => {
    const env = readEnvironment(process.env, 'reconcile')
    const days = dayPorts(env, { logger: silentLogger, metrics: { put: () => {} } })
    expect(Object.keys(reconcilePorts(env))).toEqual(['alipay'])
    expect(Object.keys(days)).toEqual(['alipay'])
    expect(days.alipay).toMatchObject({ mchid: ACCOUNT, bills: { dayBill: expect.any(Function) } })
  })

  it('obeys switches that are kept under its account', async () => {
    const set = { on: true, by: 'ann', note: 'drill', at: 1 }
    await world.switchesOf(ACCOUNT).change({ name: 'prepay', ...set })
    vi.resetModules()
    expect(await prepay({ channel: 'precreate', out_trade_no: 'ORDER_6' })).toMatchObject({
      status: 503,
      answer: { code: 'prepay_paused' },
    })
  })
})
