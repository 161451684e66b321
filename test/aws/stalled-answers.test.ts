import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDynamoDbClient } from '#shared/aws/clients.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { AWS_ATTEMPT_MS, AWS_ATTEMPTS, AWS_CALL_MS, longestAwsPause } from '#shared/time-limits.ts'
import { AWS_CALLS, optionsFor } from './aws-calls.ts'
import { LATE_MS, startStallingServer } from './stalling-server.ts'
import type { Stall, StallingServer } from './stalling-server.ts'

/** A test that fails waits for an attempt that never begins. */
const GUARD_MS = 10_000
const CLOCKS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const
const STALLS: readonly Stall[] = [
  'says nothing',
  'stalls half-way',
  'trickles, byte by byte',
  'begins late and stalls',
]

describe('case 29: an AWS call ends in time, with the limits that functions have,', () => {
  let server: StallingServer
  beforeEach(() => {
    vi.useFakeTimers({ toFake: [...CLOCKS] })
    // The pauses between the attempts are as long as they may be.
    vi.spyOn(Math, 'random').mockReturnValue(1)
  })
  afterEach(async () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    await server.stop()
  })

  /** Lets each attempt have all its time, and gives back what is left of the time of the call. */
  const passAttempts = async (stall: Stall): Promise<number> => {
    let left = AWS_CALL_MS
    const pass = async (ms: number) => {
      left -= ms
      await vi.advanceTimersByTimeAsync(ms)
    }
    for (let attempt = 1; attempt <= AWS_ATTEMPTS; attempt += 1) {
      const late = stall === 'begins late and stalls' ? LATE_MS : 0
      await server.asked(attempt)
      await pass(late)
      if (stall !== 'says nothing') await server.begun(attempt)
      await pass(AWS_ATTEMPT_MS - late)
      if (attempt < AWS_ATTEMPTS) await pass(longestAwsPause(attempt))
    }
    return left
  }

  const cases = AWS_CALLS.flatMap(([service, call]) => STALLS.map((stall) => ({ service, stall, call })))

  it.each(cases)('of $service, which $stall', { timeout: GUARD_MS }, async ({ stall, call }) => {
    server = await startStallingServer(stall)
    const ended = call(optionsFor(server.port)).catch((error: unknown) => error)
    expect(await passAttempts(stall)).toBeGreaterThanOrEqual(0)
    expect(await ended).toMatchObject({ name: 'TimeoutError' })
    expect(server.attempts).toBe(3)
    await server.allClosed()
  })

  it('of DynamoDB, whose TLS handshake never ends', { timeout: GUARD_MS }, async () => {
    server = await startStallingServer('says nothing')
    const [[, call] = []] = AWS_CALLS
    const ended = call?.(optionsFor(server.port, 'https')).catch((error: unknown) => error)
    await passAttempts('says nothing')
    expect(await ended).toMatchObject({ name: 'TimeoutError' })
  })

  it('of a store, for which storage is not available then', { timeout: GUARD_MS }, async () => {
    server = await startStallingServer('stalls half-way')
    const client = createDynamoDbClient(optionsFor(server.port))
    const ended = createDynamoFactStore({ client, tableName: 't' })
      .get('x')
      .catch((error: unknown) => error)
    await passAttempts('stalls half-way')
    expect(await ended).toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('TimeoutError'),
      cause: expect.any(Error),
    })
  })
})
