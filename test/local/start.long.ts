import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readStartOptions } from '#local/start-options.ts'
import { scratch } from './fixture.ts'
import { anyPorts, hasCurl, start, tried, up } from './starting.ts'

const place = scratch()
afterAll(() => place.remove())

describe('the command line of npm start', () => {
  it('has defaults', () => {
    expect(readStartOptions([])).toEqual({
      apiPort: 8787,
      simulatorPort: 8788,
      backupPort: 8789,
      controlPort: 8790,
      consolePort: 8791,
      alipayPort: 8792,
      stageName: 'dev',
      withAlipay: true,
      withWechat: true,
      requireIam: false,
      stateDir: '.local',
    })
  })

  it('leaves a channel out where it is told to', () => {
    expect(readStartOptions(['--no-alipay'])).toMatchObject({ withAlipay: false, withWechat: true })
    expect(readStartOptions(['--no-wechat'])).toMatchObject({ withAlipay: true, withWechat: false })
  })

  it.each([
    [['--port', '70000'], '--port 70000: expected a port from 0 to 65535'],
    [['--simulator-port', 'x'], '--simulator-port x: expected a port from 0 to 65535'],
    [['--alipay-port', 'x'], '--alipay-port x: expected a port from 0 to 65535'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--no-alipay', '--no-wechat'], '--no-alipay and --no-wechat leave nobody to take money'],
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j', (args, message) => {
    expect(() => readStartOptions(args)).toThrow(message)
  })

  it('explains itself and exits with 0', async () => {
    const run = start('--help')
    expect(await run.exit).toBe(0)
    expect(run.output()).toContain('--simulator-port <n>')
  })

  it('says in one sentence which port is busy and how to choose another, and exits with 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as { port: number }
    const run = start(...anyPorts, '--port', String(port), '--state-dir', join(place.path, 'busy'))
    expect(await run.exit).toBe(1)
    expect(run.output()).toBe(
      `port ${port} for the HTTP API is in use: stop the program that has it, or choose another port; npm start -- --help lists the options\n`,
    )
    blocker.close()
  })

  it('says which option there is not, and exits with 2 as wxpay does', async () => {
    const run = start('--prot', '1')
    expect(await run.exit).toBe(2)
    expect(run.output()).toMatch(/^Unknown option '--prot'.*; npm start -- --help lists the options\n$/)
  })

  it('says which stage there is not, and exits with 1', async () => {
    const run = start(...anyPorts, '--stage', 'nowhere', '--state-dir', join(place.path, 'nowhere'))
    expect(await run.exit).toBe(1)
    expect(run.output()).toContain('the CDK app failed: there is no stage "nowhere"')
  })
})

describe.each([
  ['open to every caller', [], 404],
  ['behind IAM', ['--require-iam'], 403],
])('npm start, %s', (name, flags, unsigned) => {
  let started: Awaited<ReturnType<typeof up>>
  beforeAll(async () => {
    started = await up(join(place.path, name), ...flags)
  })

  it('serves the HTTP API', async () => {
    expect((await fetch(`${started.stack.api_url}/v1/payments/NOBODY-1`)).status).toBe(unsigned)
  })

  it('has both channels, and tells of both in stack.json', () => {
    const { stack, run } = started
    expect(run.output()).toContain(`Alipay simulator   ${stack.alipay_gateway_url}   app 2021001161683774`)
    expect(stack).toMatchObject({
      mchid: '1900000109',
      alipay_app_id: '2021001161683774',
      alipay_seller_id: '2088531891668739',
      alipay_gateway_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/gateway\.do$/),
      alipay_app_private_key_pem: expect.stringContaining('PRIVATE KEY'),
      alipay_public_key_pem: expect.stringContaining('PUBLIC KEY'),
      secrets: {
        alipay_signing: expect.stringContaining('AlipaySecretsSigning'),
        alipay_keys: expect.stringContaining('AlipaySecretsKeys'),
      },
    })
  })

  it.skipIf(!hasCurl)('prints commands that work one after the other', async () => {
    const answers = await tried(started.run)
    const refused = answers.filter(({ command }) => command.includes('/wechatpay/notify/'))
    expect(refused.map(({ status }) => status)).toEqual([401])
    expect(answers.filter(({ status }) => status !== 200)).toEqual(refused)
    const received = answers.find(({ text }) => text.includes('"Messages"'))?.text ?? ''
    // Raw delivery: the event itself, not an envelope of SNS that holds it as text.
    expect(JSON.parse(JSON.parse(received).Messages[0].Body).type).toBe('payment.succeeded')
    expect(answers.at(-1)?.text).toContain('"ok":true')
  })

  it('prints variables with which any AWS SDK finds the local services', async () => {
    const { run, stack } = started
    for (const [, name = '', value] of run.output().matchAll(/^ +export (\w+)=(.+)$/gm))
      vi.stubEnv(name, value)
    const [sqs, dynamodb] = [new SQSClient(), new DynamoDBClient()]
    const asked = new GetQueueAttributesCommand({
      QueueUrl: stack.queues.facts,
      AttributeNames: ['QueueArn'],
    })
    expect((await sqs.send(asked)).Attributes?.['QueueArn']).toMatch(/^arn:aws:sqs:us-east-1:/)
    expect((await dynamodb.send(new ListTablesCommand())).TableNames).toContain(stack.tables.orders)
    sqs.destroy()
    dynamodb.destroy()
  })

  it('stays up until Ctrl-C and leaves nothing behind', async () => {
    const { run, stack, stackFile } = started
    run.interrupt()
    expect(await run.exit).toBe(0)
    expect(run.output()).toMatch(/stopped\n$/)
    expect(() => statSync(stackFile)).toThrow('ENOENT')
    await expect(fetch(stack.api_url)).rejects.toThrow('fetch failed')
  })
})

describe('npm start', () => {
  it('does not synthesize again what has not changed', async () => {
    const run = start(...anyPorts, '--state-dir', join(place.path, 'again'))
    await run.until('template of the last time taken: nothing has changed since')
    run.interrupt()
    expect(await run.exit).toBe(0)
    expect(run.output()).not.toContain('synthesizing')
  })

  it('stops cleanly when it is interrupted while it starts', async () => {
    const run = start(...anyPorts, '--state-dir', join(place.path, 'early'))
    await run.until('DynamoDB')
    run.interrupt()
    expect(await run.exit).toBe(0)
    expect(run.output()).toMatch(/stopped\n$/)
  })
})
