/** The other half of what the types hold: that a handler uses every variable that the table of operations gives it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { OPERATION_TABLE, variablesOf } from '#shared/operations.ts'
import { silentLogger } from '#shared/log.ts'
import type * as environment from '#shared/lambda/environment.ts'
import type { Operation } from '#shared/operations.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { capturedLines } from '#test/support/captured-lines.ts'

type Handler = (event: unknown, context: object) => Promise<unknown>

const used = new Set<string>()

/** Notes what is read of an environment, and of its part for WeChat. */
function watched<Values extends object>(env: Values): Values {
  return new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') used.add(name)
      const value: unknown = Reflect.get(target, name)
      return name === 'wechat' && typeof value === 'object' && value !== null ? watched(value) : value
    },
  })
}

vi.mock('#shared/lambda/environment.ts', async (original) => {
  const real = await original<typeof environment>()
  const readEnvironment: typeof real.readEnvironment = (env, operation) =>
    watched(real.readEnvironment(env, operation))
  return { ...real, readEnvironment }
})

/** AWS and WeChat at once: it refuses every call, for no handler needs an answer to be put together. */
const server = createServer((request, response) => {
  request.resume()
  response.writeHead(400, { 'content-type': 'application/json' }).end('{"__type":"ValidationException"}')
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

beforeEach(() => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const variables = {
    WXPAY_MCHID: '1900000109',
    WXPAY_ORDER_FORM: '1',
    WXPAY_FIRST_LOOK_SECONDS: '60',
    WXPAY_REFUND_RULES: '{}',
    WXPAY_APPIDS: 'wxd678efh567hg6787',
    WXPAY_NOTICE_TYPES: 'none',
    WXPAY_NOTIFY_BASE_URL: 'https://pay.example.com',
    WXPAY_API_URL: origin,
    WXPAY_API_BACKUP_URL: origin,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: origin,
  }
  for (const name of OPERATIONS.flatMap(variablesOf)) vi.stubEnv(name, `${origin}/${name}`)
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  capturedLines()
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** As API Gateway, SQS or the clock would call it. */
function eventFor(operation: Operation): object {
  const row = OPERATION_TABLE[operation]
  if (!('routes' in row))
    return { Records: [{ messageId: 'm-1', body: '{"fact_key":"payment#1#2#SUCCESS"}' }] }
  return {
    version: '2.0',
    routeKey: row.routes[0],
    headers: { 'content-type': operation === 'notify-v2' ? 'text/xml' : 'application/json' },
    pathParameters: { out_trade_no: 'ORDER-0001' },
    body: row.routes[0].startsWith('POST') ? '{}' : undefined,
    requestContext: { requestId: 'api-1', http: { method: 'POST' } },
  }
}

/** What a handler loads only when there is more to do than a call here brings it to. */
const LATER: Partial<Record<Operation, () => Promise<unknown>>> = {
  query: () => channelsAndQueue('query'),
  close: () => channelsAndQueue('close'),
  refund: async () => {
    const [{ readEnvironment }, { topicPublisher }] = await Promise.all([
      import('#shared/lambda/environment.ts'),
      import('#functions/refund/publisher-part.ts'),
    ])
    return [await channelsAndQueue('refund'), topicPublisher(readEnvironment(process.env, 'refund'))]
  },
  sweep: () => channelsAndQueue('sweep'),
  reconcile: async () => {
    const [{ readEnvironment }, { dayRuns }] = await Promise.all([
      import('#shared/lambda/environment.ts'),
      import('#functions/reconcile/day-part.ts'),
    ])
    return dayRuns(readEnvironment(process.env, 'reconcile'), {
      logger: silentLogger,
      metrics: { put: () => {} },
    })
  },
}

async function channelsAndQueue(operation: 'query' | 'close' | 'refund' | 'sweep'): Promise<unknown> {
  const [{ readEnvironment }, { callPortsOf }, { recordingPorts }] = await Promise.all([
    import('#shared/lambda/environment.ts'),
    import('#shared/lambda/asked-channels.ts'),
    import('#shared/lambda/queue-ports.ts'),
  ])
  const env = readEnvironment(process.env, operation)
  return [callPortsOf(env, { logger: silentLogger }), recordingPorts(env)]
}

/** Of the variables of an operation, those that its handler does not read. */
async function unusedBy(operation: Operation, handler: Handler): Promise<string[]> {
  used.clear()
  // What becomes of the call is of no interest: everything it meets refuses.
  await handler(eventFor(operation), lambdaContext()).catch(() => undefined)
  await LATER[operation]?.()
  return variablesOf(operation).filter((name) => !used.has(name))
}

describe('the table of operations', () => {
  it.each(OPERATIONS)('gives %s no variable that its handler has no use for', async (operation) => {
    const { handler } = (await import(`#functions/${operation}/handler.ts`)) as { handler: Handler }
    expect(await unusedBy(operation, handler)).toEqual([])
  })

  it('is found out where it gives one', async () => {
    const { readEnvironment } = await import('#shared/lambda/environment.ts')
    const careless: Handler = async () => readEnvironment(process.env, 'hold').wechat?.WXPAY_MCHID
    expect(await unusedBy('hold', careless)).toEqual([
      'WXPAY_ORDER_FORM',
      'ORDERS_TABLE_NAME',
      'FACTS_TABLE_NAME',
      'FACT_QUEUE_URL',
    ])
  })
})
