import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import {
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { ListTagsForResourceCommand } from '@aws-sdk/client-sns'
import {
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { scratch, writeAssembly } from './fixture.ts'

const place = scratch()
const assembly = writeAssembly(place.path)
const stateDir = join(place.path, 'state')
const options = { assembly, stateDir, schedules: false, timeScale: 90, concurrency: 2 }
let stack: LocalStack
const progress: string[] = []

beforeAll(async () => {
  stack = await startStack({ ...options, onProgress: (line) => progress.push(line) })
})
afterAll(async () => {
  await stack?.stop()
  place.remove()
})

async function post(command: object, path = '/v1/payments'): Promise<unknown> {
  const response = await fetch(stack.apiUrl + path, {
    method: 'POST',
    body: JSON.stringify(command),
    headers: { 'content-type': 'application/json' },
  })
  return response.json()
}

describe('a started stack', () => {
  it('gives functions the environment of the template and of Lambda, and nothing of this process', async () => {
    process.env['LEAKED'] = 'from the parent'
    const env = (await post({ do: 'env' })) as Record<string, string>
    expect(env).toMatchObject({
      WXPAY_MCHID: '1900000109',
      WXPAY_API_URL: stack.simulator?.url,
      WXPAY_API_BACKUP_URL: stack.simulator?.backupUrl,
      WXPAY_NOTIFY_BASE_URL: stack.apiUrl,
      ORDERS_TABLE_NAME: 'fixture-Orders',
      FACT_QUEUE_URL: `${stack.description.endpoints.sqs}/000000000000/fixture-Facts`,
      EVENT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:fixture-Topic',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'fixture-Prepay',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL_DYNAMODB: stack.description.endpoints.dynamodb,
    })
    const ours = Object.keys(env).filter((name) => !/^(AWS_|LAMBDA_|WXPAY_|_HANDLER$|TZ$|LANG$)/.test(name))
    expect(ours.sort()).toEqual([
      'EVENT_TOPIC_ARN',
      'FACT_QUEUE_URL',
      'MERCHANT_SIGNING_SECRET_ID',
      'ORDERS_TABLE_NAME',
    ])
  })

  it('has the tables, queues and secrets of the template', async () => {
    const { dynamodb, sqs, secretsManager } = stack.clients
    const { tables, queues, secrets } = stack.description
    await dynamodb.send(new PutItemCommand({ TableName: tables.orders, Item: { order_key: { S: 'a' } } }))
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: tables.orders, Key: { order_key: { S: 'a' } } }),
    )
    expect(Item).toEqual({ order_key: { S: 'a' } })
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.facts, AttributeNames: ['All'] }),
    )
    expect(Attributes?.['VisibilityTimeout']).toBe('1')
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}')).toMatchObject({ maxReceiveCount: 2 })
    expect(queues.key_refresh).toMatch(/fixture-Refresh\.fifo$/)
    const { SecretString = '{}' } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: secrets.merchant_signing }),
    )
    expect(JSON.parse(SecretString)).toMatchObject({ serial_no: stack.description.merchant_serial })
  })

  it('has their tags, and their protection against deletion', async () => {
    const { dynamodb, sqs, sns, secretsManager } = stack.clients
    const { tables, queues, secrets, topic_arn: ResourceArn } = stack.description
    const table = await dynamodb.send(new DescribeTableCommand({ TableName: tables.orders }))
    const tags = [{ Key: 'stage', Value: 'fixture' }]
    expect([
      await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: table.Table?.TableArn })),
      await sqs.send(new ListQueueTagsCommand({ QueueUrl: queues.facts })),
      await sns.send(new ListTagsForResourceCommand({ ResourceArn })),
      await secretsManager.send(new DescribeSecretCommand({ SecretId: secrets.merchant_signing })),
    ]).toMatchObject([{ Tags: tags }, { Tags: { stage: 'fixture' } }, { Tags: tags }, { Tags: tags }])
    const deletion = dynamodb.send(new DeleteTableCommand({ TableName: tables.orders }))
    await expect(deletion).rejects.toThrow('currently protected against deletion')
  })

  it('writes stack.json for this user only, equal to its description', () => {
    expect(JSON.parse(readFileSync(stack.stackFile, 'utf8'))).toEqual(stack.description)
    expect(statSync(stack.stackFile).mode & 0o777).toBe(0o600)
    expect(stack.description).toMatchObject({
      api_url: stack.apiUrl,
      mchid: '1900000109',
      appid: 'wxd678efh567hg6787',
      region: 'us-east-1',
      functions: {
        prepay: 'fixture-Prepay',
        settle: 'fixture-Settle',
        'rotate-certs': 'fixture-RotateCerts',
      },
      merchant_private_key_pem: expect.stringContaining('PRIVATE KEY'),
      control_url: stack.simulator?.controlUrl,
    })
    expect(JSON.stringify(stack.description)).not.toContain('alipay')
  })

  it('brings a message back after the function dies, and hands it to the dead-letter queue when it never succeeds', async () => {
    const { sqs } = stack.clients
    const { facts, facts_dead_letter: dead } = stack.description.queues
    const body = JSON.stringify({ do: 'kill-self', id: 'poison' })
    await sqs.send(new SendMessageCommand({ QueueUrl: facts, MessageBody: body }))
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: 15 }),
    )
    expect(Messages.map((message) => message.Body)).toEqual([body])
    const batches = stack.logs
      .lines('fixture-Settle')
      .filter((line) => line.startsWith('batch') && line.includes('poison'))
    expect(batches).toHaveLength(2)
    expect(
      stack.logs
        .lines('fixture-Settle')
        .some((line) => line.includes('Runtime exited with error: signal: killed')),
    ).toBe(true)
  })

  it('loses no invocation when an idle process is killed, and starts cold afterwards', async () => {
    const before = (await post({ do: 'whoami' })) as { pid: number; calls: number }
    const [pid] = await stack.kill('prepay')
    expect(pid).toBe(before.pid)
    const after = (await post({ do: 'whoami' })) as { pid: number; calls: number }
    expect(after.pid).not.toBe(before.pid)
    expect(after.calls).toBe(1)
  })

  it('answers 500 when a process is killed in mid-flight, and works again at once', async () => {
    const hanging = fetch(`${stack.apiUrl}/v1/payments`, {
      method: 'POST',
      body: JSON.stringify({ do: 'wait', ms: 60_000 }),
      headers: { 'content-type': 'application/json' },
    })
    await expect.poll(() => stack.lambda.pids('prepay').length).toBeGreaterThan(0)
    await stack.kill('prepay')
    const response = await hanging
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }])
    expect(await post({ do: 'answer', answer: { fine: true } })).toEqual({ fine: true })
  })

  it('refuses a second stack in the same directory and says who has it', async () => {
    const other = join(place.path, 'taken')
    const { claimStateDirectory } = await import('#local/state-directory.ts')
    await claimStateDirectory(other, () => {})
    writeFileSync(join(other, 'pid'), `${process.ppid}\n`)
    await expect(startStack({ ...options, stateDir: other })).rejects.toThrow(
      new RegExp(`belongs to a running stack \\(process ${process.ppid}\\)`),
    )
  })

  it('has levers for other programs on this machine, and none for web pages', async () => {
    const lever = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(stack.description.stack_control_url + path, { method: 'POST', headers })
      return [response.status, await response.json()]
    }
    expect(await lever('/fire/EveryMinute')).toEqual([200, { results: [{ ok: true, payload: 'null' }] }])
    const { pid } = (await post({ do: 'whoami' })) as { pid: number }
    expect(await lever('/kill/prepay')).toEqual([200, { killed: expect.arrayContaining([pid]) }])
    expect(await lever('/fire/nothing')).toEqual([
      404,
      { message: expect.stringContaining('there is no function nothing') },
    ])
    expect(await lever('/kill/prepay', { origin: 'https://evil.example' })).toEqual([
      403,
      { message: 'not for web pages' },
    ])
  })

  it('tells its steps with their times', () => {
    expect(progress.at(-1)).toMatch(/^stack up: 3 functions \(\d+ ms\)$/)
  })
})

describe('starting and stopping', () => {
  it('names the busy port and the way out, and leaves nothing behind', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as { port: number }
    const busyDir = join(place.path, 'busy')
    const attempt = startStack({
      ...options,
      stateDir: busyDir,
      apiPort: port,
    })
    await expect(attempt).rejects.toThrow(
      `port ${port} for the HTTP API is in use: stop the program that has it, or choose another port`,
    )
    blocker.close()
    await expect(
      startStack({ ...options, stateDir: busyDir, simulator: 'none' }).then((s) => s.stop()),
    ).resolves.toBeUndefined()
  })

  it('cleans what a crashed run left and says so', async () => {
    const crashed = join(place.path, 'crashed')
    const first = await startStack({ ...options, stateDir: crashed, simulator: 'none' })
    await first.stop()
    writeFileSync(join(crashed, 'pid'), '4194303\n')
    writeFileSync(join(crashed, 'stack.json'), '{}')
    const notices: string[] = []
    const second = await startStack({
      ...options,
      stateDir: crashed,
      simulator: 'none',
      onProgress: (line) => notices.push(line),
    })
    await second.stop()
    expect(notices[0]).toBe(`${crashed} was left over from process 4194303, which has ended: cleaned`)
  })

  it('ends every process when it stops, and stops only once', async () => {
    const short = await startStack({ ...options, stateDir: join(place.path, 'short'), simulator: 'none' })
    await short.lambda.invoke('prepay', { do: 'echo' })
    const [pid = 0] = short.lambda.pids('prepay')
    expect(process.kill(pid, 0)).toBe(true)
    await Promise.all([short.stop(), short.stop()])
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(() => statSync(short.stackFile)).toThrow('ENOENT')
    await expect(fetch(short.apiUrl)).rejects.toThrow('fetch failed')
  })
})
