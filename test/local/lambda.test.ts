import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FunctionDefinition } from '#local/lambda/function-definition.ts'
import { createFunctionLogs, type FunctionLogs } from '#local/lambda/function-logs.ts'
import type { InvokeResult } from '#local/lambda/invoke-result.ts'
import { type LambdaService, startLambda } from '#local/lambda/lambda-service.ts'
import { functionDefinition, scratch, writeFunction } from './fixture.ts'

const place = scratch()
const codeDirectory = writeFunction(place.path)
const brokenDirectory = writeFunction(join(place.path, 'broken'), 'throw new RangeError("cannot load")')
let lambda: LambdaService
let logs: FunctionLogs

const definition = (name: string, more: Partial<FunctionDefinition> = {}) =>
  functionDefinition(name, { codeDirectory, ...more })

beforeAll(async () => {
  logs = createFunctionLogs(join(place.path, 'logs'))
  lambda = await startLambda({
    functions: [
      definition('plain'),
      definition('short', { timeoutSeconds: 1 }),
      definition('small', { memoryMb: 128 }),
      definition('single', { maxConcurrency: 1 }),
      definition('quiet', { logFormat: 'JSON', reports: false }),
      definition('broken', { codeDirectory: brokenDirectory }),
      definition('no-module', { handler: 'missing.handler' }),
      definition('no-export', { handler: 'index.missing' }),
      definition('callback', { handler: 'index.withCallback' }),
    ],
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoints: {
      dynamodb: 'http://a',
      sqs: 'http://b',
      sns: 'http://c',
      secretsmanager: 'http://d',
      s3: 'http://e',
    },
    logs,
    timeScale: 6000,
  })
})
afterEach(async () => {
  await lambda.kill('plain')
})
afterAll(async () => {
  await lambda.stop()
  logs.close()
  place.remove()
})

interface Who {
  readonly pid: number
  readonly calls: number
  readonly remaining: number
  readonly requestId: string
  readonly context: Readonly<Record<string, unknown>>
}

const value = (result: InvokeResult): unknown => (result.ok ? JSON.parse(result.payload) : result.error)
const who = async (name = 'plain') => value(await lambda.invoke(name, { do: 'whoami' })) as Who

describe('a function process', () => {
  it('is used again while it is warm', async () => {
    const first = await who()
    const second = await who()
    expect([second.pid, first.calls, second.calls]).toEqual([first.pid, 1, 2])
    expect(second.requestId).not.toBe(first.requestId)
  })

  it('gets a context like that of Lambda', async () => {
    const { context, remaining } = await who()
    expect(context).toMatchObject({
      functionName: 'plain',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:plain',
      callbackWaitsForEmptyEventLoop: true,
    })
    expect(remaining).toBeGreaterThan(8000)
    expect(remaining).toBeLessThanOrEqual(10_000)
  })

  it('is joined by others while all are busy, up to the limit', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, () => lambda.invoke('plain', { do: 'wait', ms: 60 })),
    )
    const pids = new Set(results.map((result) => (value(result) as { pid: number }).pid))
    expect(pids.size).toBe(2)
  })

  it('takes one invocation at a time', async () => {
    const results = await Promise.all([1, 2, 3].map(() => lambda.invoke('single', { do: 'whoami' })))
    expect(results.map((result) => (value(result) as Who).calls).toSorted((a, b) => a - b)).toEqual([1, 2, 3])
  })

  it('answers null for undefined', async () => {
    expect(await lambda.invoke('plain', { do: 'answer' })).toEqual({ ok: true, payload: 'null' })
  })

  it('has no variables but its own', async () => {
    const env = value(await lambda.invoke('plain', { do: 'env' })) as Record<string, string>
    expect(Object.keys(env).filter((key) => !/^(AWS_|LAMBDA_|_HANDLER$|TZ$|LANG$)/.test(key))).toEqual([])
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://d',
      AWS_ENDPOINT_URL_SQS: 'http://b',
    })
    expect(env['PATH']).toBeUndefined()
  })

  it('has its lines in the log, with a report of each invocation', async () => {
    await lambda.invoke('plain', { do: 'log', line: 'hello from inside' })
    await logs.waitFor(({ functionName, line }) => functionName === 'plain' && line === 'hello from inside')
    const { line } = await logs.waitFor(
      (entry) => entry.line.startsWith('REPORT') && entry.line.includes('Init Duration'),
    )
    expect(line).toMatch(
      /^REPORT RequestId: \S+\tDuration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+ ms$/,
    )
  })

  it('has no line of Lambda beside its own where the template wants none, and is counted as ever', async () => {
    await lambda.invoke('quiet', { do: 'log', line: '{"_aws":{}}' })
    await logs.waitFor(({ functionName }) => functionName === 'quiet')
    expect(logs.lines('quiet')).toEqual(['{"_aws":{}}'])
    expect(logs.reports('quiet')).toMatchObject([
      { durationMs: expect.any(Number), initMs: expect.any(Number) },
    ])
  })
})

describe('a function that fails', () => {
  it('gives the error it threw and stays warm', async () => {
    const { pid } = await who()
    expect(value(await lambda.invoke('plain', { do: 'throw', message: 'no' }))).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.arrayContaining(['TypeError: no']),
    })
    expect((await who()).pid).toBe(pid)
  })

  it('is killed at its time-out and starts cold next', async () => {
    expect(value(await lambda.invoke('short', { do: 'wait', ms: 60_000 }))).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    })
    expect((await who('short')).calls).toBe(1)
  })

  it.each([
    ['exits with a code', { do: 'exit', code: 3 }, 'exit status 3'],
    ['exits without one', { do: 'exit', code: 0 }, 'Runtime exited without providing a reason'],
    ['is killed', { do: 'kill-self' }, 'signal: killed'],
  ])('gives Runtime.ExitError when it %s, and starts cold next', async (_, command, message) => {
    const { pid } = await who()
    expect(value(await lambda.invoke('plain', command))).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(message),
    })
    const next = await who()
    expect([next.pid === pid, next.calls]).toEqual([false, 1])
  })

  it.skipIf(process.platform !== 'linux')('is killed when its memory exceeds the limit', async () => {
    expect(value(await lambda.invoke('small', { do: 'resident' }))).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: (killed|aborted)$/),
    })
    expect((await who('small')).calls).toBe(1)
  })

  it('ends when its heap is full', async () => {
    expect(value(await lambda.invoke('small', { do: 'heap' }))).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: (killed|aborted)$/),
    })
  })

  it('gives a rejection that nothing caught, and ends', async () => {
    const { pid } = await who()
    expect(value(await lambda.invoke('plain', { do: 'reject-later' }))).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'outside',
    })
    expect((await who()).pid).not.toBe(pid)
  })

  it('is refused an answer above 6 MB, and stays warm', async () => {
    const { pid } = await who()
    expect(value(await lambda.invoke('plain', { do: 'big' }))).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    })
    expect((await who()).pid).toBe(pid)
  })

  it.each([
    ['broken', 'RangeError', 'cannot load'],
    ['no-module', 'Runtime.ImportModuleError', "Cannot find module 'missing'"],
    ['no-export', 'Runtime.HandlerNotFound', 'index.missing is undefined or not exported'],
    ['callback', 'Runtime.CallbackHandlerDeprecated', 'return a promise'],
  ])('gives the error of a start that fails (%s)', async (name, errorType, message) => {
    expect(value(await lambda.invoke(name, {}))).toMatchObject({
      errorType,
      errorMessage: expect.stringContaining(message),
    })
  })
})

describe('kill', () => {
  it('fails what is at work and loses nothing that waits', async () => {
    const atWork = [1, 2].map(() => lambda.invoke('plain', { do: 'wait', ms: 60_000 }))
    const waiting = lambda.invoke('plain', { do: 'answer', answer: 'late' })
    await expect.poll(() => lambda.pids('plain').length).toBe(2)
    await lambda.kill('plain')
    for (const result of await Promise.all(atWork))
      expect(value(result)).toMatchObject({ errorType: 'Runtime.ExitError' })
    expect(value(await waiting)).toBe('late')
  })
})

describe('asynchronous invocation', () => {
  it('is tried three times', async () => {
    const message = 'three times'
    const result = await lambda.invokeAsync('plain', { do: 'throw', message })
    expect(result.ok).toBe(false)
    await expect
      .poll(() => logs.lines('plain').filter((line) => line.includes(`"errorMessage":"${message}"`)).length)
      .toBe(3)
  })
})

describe('finding a function', () => {
  it.each([
    'plain',
    'arn:aws:lambda:us-east-1:000000000000:function:plain',
    'arn:aws:lambda:us-east-1:000000000000:function:plain:live',
  ])('takes %s', (reference) => {
    expect(lambda.find(reference).name).toBe('plain')
  })

  it('lists what there is for a name that is none', () => {
    expect(() => lambda.find('plane')).toThrow('there is no function plane; there are: plain, short, small')
  })
})
