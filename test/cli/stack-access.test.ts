import { createServer, type Server } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { describeOutputs } from '#cli/stack/deployed-stack.ts'
import { describeStack } from './setup-fixture.ts'
import { createShell } from './shell.ts'

const directory = mkdtempSync(join(tmpdir(), 'wxpay-access-'))
const wxpay = createShell(directory)
let server: Server
let answer: { status: number; body: string }

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true, force: true })
})
afterEach(() => vi.unstubAllEnvs())

function cloudFormation(status: number, body: string): void {
  answer = { status, body }
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
}

const show = (...args: string[]) => wxpay(['order', 'show', 'ORDER-0001', ...args])

function described(status: string, outputs: Readonly<Record<string, string>> = {}): string {
  const members = Object.entries(outputs).map(
    ([name, text]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${text}</OutputValue></member>`,
  )
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
}

describe('a deployed stack', () => {
  it('that does not exist is named with region and account', async () => {
    cloudFormation(
      400,
      '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id nope does not exist</Message></Error></ErrorResponse>',
    )
    const { code, err } = await show('--stack', 'nope', '--region', 'eu-west-1')
    expect([code, err]).toEqual([
      4,
      expect.stringContaining('there is no stack nope in eu-west-1 for these credentials'),
    ])
  })

  it('of another kind is told by the outputs that it lacks', async () => {
    cloudFormation(200, described('CREATE_COMPLETE', { ApiUrl: 'https://x' }))
    const { code, err } = await show('--stack', 'web', '--region', 'eu-west-1')
    expect([code, err]).toEqual([4, expect.stringContaining('the stack web has no output Mchid')])
  })

  it.each(['DELETE_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])(
    'whose resources are not there (%s) is not worked on',
    async (status) => {
      cloudFormation(200, described(status))
      expect(await show('--stack', 'old', '--region', 'eu-west-1')).toMatchObject({
        code: 4,
        err: expect.stringContaining(`is in the state ${status}`),
      })
    },
  )

  it('in a region without CloudFormation is a sentence about the region', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    const { code, err } = await show('--stack', 's', '--region', 'xx-nowhere-9')
    expect([code, err]).toEqual([
      4,
      expect.stringMatching(/no endpoint in the region xx-nowhere-9|could not be reached/),
    ])
  })

  it('refused by AWS is about credentials, not about the stack', async () => {
    cloudFormation(
      403,
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
    )
    expect(await show('--stack', 's', '--region', 'eu-west-1')).toMatchObject({
      code: 4,
      err: expect.stringContaining('AWS refused the call (AccessDenied)'),
    })
  })

  it('needs every output, and all that are missing are named at once', () => {
    const outputs = new Map([
      ['ApiUrl', 'https://x'],
      ['Mchid', '1900000109'],
    ])
    expect(() => describeOutputs('s', { region: 'cn-north-1', outputs })).toThrow(
      /no output WechatApiUrl, WechatApiBackupUrl, NotifyPaymentUrl, .*PlatformKeysSecretArn, AccountConcurrency, FunctionReconcile, OrdersTableName/,
    )
  })
})

describe('a stack of somebody else', () => {
  const all = ['ApiUrl', 'Mchid', 'NotifyPaymentUrl', 'OrdersTableName', 'MerchantSigningSecretArn']
  const outputs = new Map(
    ['Pay', 'Outlet'].flatMap((construct) =>
      all.map((name) => [`${construct}${name}`, `${construct} ${name}`] as const),
    ),
  )

  it('is asked for the outputs of the construct that is named', () => {
    const others = ['WechatApiUrl', 'WechatApiBackupUrl', 'AccountConcurrency', 'FunctionReconcile']
    const resources = ['FactsTableName', 'FactQueueUrl', 'FactDeadLetterQueueUrl', 'KeyRefreshQueueUrl']
    const more = ['ReportsBucketName', 'ApiV3KeySecretArn', 'ApiV2KeySecretArn', 'PlatformKeysSecretArn']
    const complete = new Map([
      ...outputs,
      ...[...others, ...resources, ...more].map((name) => [`Pay${name}`, name] as const),
    ])
    const described = describeOutputs('shop:Pay', { region: 'cn-north-1', outputs: complete })
    expect(described).toMatchObject({
      name: 'shop:Pay',
      wechat: { mchid: 'Pay Mchid' },
      api_url: 'Pay ApiUrl',
    })
    expect(described.tables.orders).toBe('Pay OrdersTableName')
    expect(described.functionNames).toEqual(['FunctionReconcile'])
  })

  it('says which constructs there are when none is named', () => {
    expect(() => describeOutputs('shop', { region: 'cn-north-1', outputs })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('the stack shop has no output ApiUrl'),
        remedy: 'name shop:Pay or shop:Outlet, or deploy the release that this command line belongs to',
      }),
    )
    expect(() => describeOutputs('shop:Till', { region: 'cn-north-1', outputs })).toThrow(
      'the stack shop has no output TillApiUrl, TillMchid',
    )
  })
})

describe('the local stack', () => {
  const local = (file: string) => {
    mkdirSync(join(directory, '.local'), { recursive: true })
    writeFileSync(join(directory, '.local', 'stack.json'), file)
    return show()
  }
  it('that is not running is named with how to start it', async () => {
    const { code, err } = await show()
    expect([code, err]).toEqual([
      4,
      expect.stringMatching(
        /no local stack runs here: there is no .*stack\.json\n {2}what to do: start it with npm start/,
      ),
    ])
  })
  it('of another release is refused', async () => {
    expect(await local('{"pid":1}')).toMatchObject({
      code: 4,
      err: expect.stringContaining('is not what this release writes'),
    })
  })
})

describe('a command line that is wrong', () => {
  it.each([
    [['order', 'show'], 'wxpay order show needs <out_trade_no>'],
    [['nothing'], "unknown command 'nothing'"],
    [['facts', 'replay', '--from', 'yesterday'], '--from must be a time as in'],
    [['facts', 'replay'], 'replay needs --from'],
    [['dlq', 'redrive', '--rate', '0'], '--rate must be a whole number from 1 to 1000'],
    [['order', 'show', 'x'], 'out_trade_no must have 6 to 32 characters'],
    [
      ['order', 'release', 'ORDER-1', '--hold', 'h', '--by', 'a', '--note', 'b', '--decision', 'maybe'],
      'Allowed choices are dismiss, accept',
    ],
  ])('%j is a usage error', async (args, expected) => {
    writeFileSync(join(directory, '.local', 'stack.json'), JSON.stringify(running))
    const { code, err } = await wxpay(args)
    expect([code, err]).toEqual([2, expect.stringContaining(expected)])
  })

  it('never reaches a stack, and --help of every command is text on standard output', async () => {
    const help = await wxpay(['--help'])
    const commands = [...help.out.matchAll(/^ {2}([a-z][a-z-]*) /gm)]
      .map(([, name]) => name!)
      .filter((name) => name !== 'help')
    expect(commands).toEqual(
      expect.arrayContaining([
        'setup',
        'doctor',
        'order',
        'refund',
        'facts',
        'dlq',
        'keys',
        'sign',
        'verify',
        'decrypt',
        'certs',
        'send-test',
      ]),
    )
    for (const name of commands) {
      const { code, out } = await wxpay([name, '--help'])
      expect([code, out]).toEqual([0, expect.stringContaining(`Usage: wxpay ${name}`)])
    }
  })
})

const running = describeStack({
  endpoint: 'http://127.0.0.1:1',
  secrets: { merchant_signing: 'a', apiv3_key: 'b', apiv2_key: 'd', platform_keys: 'c' },
})
