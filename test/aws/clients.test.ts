import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createDynamoDbClient,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
} from '#shared/aws/clients.ts'
import type { LimitedHandler } from '#shared/aws/limited-handler.ts'
import { ShortPauses } from '#shared/aws/short-pauses.ts'
import { AWS_ATTEMPT_MS, AWS_CONNECT_MS, AWS_IDLE_MS, longestAwsPause } from '#shared/time-limits.ts'
import { AWS_CALLS, optionsFor } from './aws-calls.ts'

/** A test that fails waits for a connection that is never closed. */
const GUARD_MS = 10_000

describe('an AWS client', () => {
  let server: Server
  let connections: Socket[]
  beforeEach(async () => {
    connections = []
    server = createServer((request, response) => {
      request.resume().on('end', () => response.end('{}'))
    }).listen(0, '127.0.0.1')
    // Otherwise it would close what is idle itself.
    server.keepAliveTimeout = 0
    server.on('connection', (socket: Socket) => connections.push(socket))
    await once(server, 'listening')
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const options = () => optionsFor((server.address() as AddressInfo).port)
  const item = new GetItemCommand({ TableName: 't', Key: { k: { S: 'x' } } })

  it('of every service tries again after short pauses only', async () => {
    const clients = [
      createDynamoDbClient(),
      createSqsClient(),
      createSnsClient(),
      createSecretsManagerClient(),
    ]
    const strategies = await Promise.all(clients.map(({ config }) => config.retryStrategy()))
    expect(strategies.map((strategy) => strategy instanceof ShortPauses)).toEqual([true, true, true, true])
    expect(AWS_CALLS).toHaveLength(clients.length)
  })

  it('of queues goes to the endpoint that was chosen, whatever host a queue names, and says nothing of it', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    const { endpoint, ...rest } = options()
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint)
    const QueueUrl = 'http://elsewhere.invalid/000000000000/facts'
    await createSqsClient(rest).send(new GetQueueAttributesCommand({ QueueUrl }))
    expect(connections).toHaveLength(1)
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })

  it('has the limits that functions have, and idle connections for less than 10 s', async () => {
    const client = createDynamoDbClient(options())
    await client.send(item)
    const agent = { options: { timeout: AWS_IDLE_MS, keepAlive: true } }
    expect((client.config.requestHandler as LimitedHandler).httpHandlerConfigs()).toMatchObject({
      connectionTimeout: AWS_CONNECT_MS,
      requestTimeout: AWS_ATTEMPT_MS,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    })
    expect(AWS_IDLE_MS).toBeLessThan(10_000)
  })

  it('closes a connection that nobody uses, and takes another', { timeout: GUARD_MS }, async () => {
    const client = createDynamoDbClient({ ...options(), idleMs: 10 })
    await client.send(item)
    const [first] = connections
    if (first?.destroyed === false) await once(first, 'close')
    await client.send(item)
    expect(connections).toHaveLength(2)
  })

  it('uses a connection again that is not idle for long', async () => {
    const client = createDynamoDbClient(options())
    await client.send(item)
    await client.send(item)
    expect(connections).toHaveLength(1)
  })
})

describe('short pauses', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(Math, 'random').mockReturnValue(1)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('are not longer because a service throttles or asks for more', async () => {
    const strategy = new ShortPauses()
    const answer = { errorType: 'THROTTLING', retryAfterHint: new Date(Date.now() + 60_000) } as const
    const timesOf = async (token: Parameters<ShortPauses['refreshRetryTokenForRetry']>[0]) => {
      const pause = longestAwsPause(token.getRetryCount() + 1)
      const next = strategy.refreshRetryTokenForRetry(token, answer)
      await vi.advanceTimersByTimeAsync(pause)
      return { pause, next: await next }
    }
    const first = await timesOf(await strategy.acquireInitialRetryToken(''))
    const second = await timesOf(first.next)
    expect([first.pause, second.pause]).toEqual([100, 200])
    await expect(strategy.refreshRetryTokenForRetry(second.next, answer)).rejects.toThrow('No retry token')
  })
})
