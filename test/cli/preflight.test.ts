import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Check } from '#cli/stack/check.ts'
import { type AccountServer, type AccountState, FIT, startAccountServer } from './account-server.ts'
import { createShell } from './shell.ts'

const wxpay = createShell(tmpdir())
let account: AccountServer

beforeAll(async () => {
  account = await startAccountServer()
})
afterAll(() => account.close())
beforeEach(() => {
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }))
    vi.stubEnv(name, value)
  account.asked.length = 0
})
afterEach(() => void vi.unstubAllEnvs())

async function preflight(changes: Partial<AccountState> = {}, args: readonly string[] = []) {
  account.state = { ...FIT, ...changes }
  const all = ['--region', 'cn-north-1', '--stack', 'wxpay-prod', ...args]
  const { code, out } = await wxpay(['preflight', '--json', ...all])
  const { region, checks } = JSON.parse(out) as { region: string; checks: readonly Check[] }
  return { code, region, checks, line: (name: string) => checks.find((check) => check.name === name) }
}

describe('preflight of an account that is fit', () => {
  it('has one line each, and asks by read-only calls alone', async () => {
    const { code, region, checks } = await preflight()
    expect([code, region]).toEqual([0, 'cn-north-1'])
    expect(checks.map(({ name, level }) => `${level} ${name}`)).toEqual([
      'ok credentials',
      'ok clock: AWS',
      'ok bootstrap',
      'ok stack',
      'ok left behind',
      'ok concurrency',
      'ok runtime',
      'ok processor',
      'ok API quota',
      // Nobody but AWS in China can tell.
      'warn ICP filing',
    ])
    for (const call of account.asked) expect(call).toMatch(/^(?:Get|List|Describe)/)
  })

  it('says nothing of a filing elsewhere, and nothing of a stack that was not named', async () => {
    account.state = FIT
    const { out } = await wxpay(['preflight', '--region', 'eu-west-1'])
    expect(out).not.toContain('ICP')
    expect(out).toContain('--stack wxpay-prod')
    expect(out).toContain('7 ok, 1 warnings, 0 failed')
  })
})

describe('preflight of an account that is not', () => {
  it.each<[string, Partial<AccountState>, string, Check['level'], string]>([
    [
      'ten functions at once',
      { concurrent: 10 },
      'concurrency',
      'warn',
      'set accountConcurrency: 10 in the stage',
    ],
    ['an old runtime', { runtimes: ['nodejs22.x'] }, 'runtime', 'fail', 'take another region'],
    ['no arm64', { architectures: ['x86_64'] }, 'processor', 'warn', "architecture: 'x86_64'"],
    ['a small API quota', { apiRate: 100 }, 'API quota', 'warn', 'lower merchantThrottle'],
    ['no bootstrap', { stacks: {} }, 'bootstrap', 'warn', 'npx cdk bootstrap aws://123456789012/cn-north-1'],
    [
      'an old bootstrap',
      { stacks: { CDKToolkit: { status: 'CREATE_COMPLETE', outputs: { BootstrapVersion: '5' } } } },
      'bootstrap',
      'warn',
      'npx cdk bootstrap',
    ],
    [
      'a stack whose creation failed',
      { stacks: { ...FIT.stacks, 'wxpay-prod': { status: 'ROLLBACK_COMPLETE' } } },
      'stack',
      'fail',
      'aws cloudformation delete-stack --stack-name wxpay-prod',
    ],
    [
      'data of an earlier stack',
      {
        tagged: [
          'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/wxpay-prod-TablesOrders',
          'arn:aws-cn:sqs:cn-north-1:123456789012:queue',
        ],
      },
      'left behind',
      'warn',
      'new and empty ones',
    ],
    ['the root user', { arn: 'arn:aws-cn:iam::123456789012:root' }, 'credentials', 'warn', 'with a role'],
    [
      'credentials of another partition',
      { refused: { GetCallerIdentity: 'InvalidClientTokenId' } },
      'credentials',
      'fail',
      'of this partition',
    ],
    [
      'a right that is missing',
      { refused: { GetServiceQuota: 'AccessDeniedException' } },
      'API quota',
      'warn',
      'docs/cli.md',
    ],
  ])('%s', async (_, changes, name, level, remedy) => {
    const { code, line } = await preflight(changes)
    expect(line(name)).toMatchObject({ level, remedy: expect.stringContaining(remedy) })
    expect(code).toBe(level === 'fail' ? 1 : 0)
  })

  it('a clock that is wrong', async () => {
    account.state = FIT
    const now = () => Date.now() + 400_000
    const { code, out } = await wxpay(['preflight', '--region', 'eu-west-1'], { now })
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/fail {2}clock: AWS .*(?:400|399|401) s ahead of AWS/),
    ])
  })

  it('asks no more of an account that does not know the credentials', async () => {
    const { checks } = await preflight({ refused: { GetCallerIdentity: 'InvalidClientTokenId' } })
    expect(checks).toHaveLength(1)
    expect(account.asked).toEqual(['GetCallerIdentity'])
  })

  it('says what is left behind, and leaves out what holds nothing', async () => {
    const table = 'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/wxpay-prod-TablesOrders'
    const bucket = 'arn:aws-cn:s3:::wxpay-prod-reportsbucket'
    const queue = 'arn:aws-cn:sqs:cn-north-1:123456789012:queue'
    const { line } = await preflight({ tagged: [table, bucket, queue] })
    expect(line('left behind')!.detail).toBe(
      `2 tables, secrets, keys and buckets of an earlier wxpay-prod: ${table}, ${bucket}`,
    )
  })

  it('takes a stack that is there for one to be updated, whose data is its own', async () => {
    const stacks = { ...FIT.stacks, 'wxpay-prod': { status: 'UPDATE_COMPLETE' } }
    const { line } = await preflight({ stacks, tagged: ['arn:aws-cn:kms:cn-north-1:123456789012:key/1'] })
    expect(line('stack')).toMatchObject({ level: 'ok', detail: expect.stringContaining('updates it') })
    expect(line('left behind')).toBeUndefined()
  })
})

describe('doctor on a deployed stack', () => {
  const outputs = Object.fromEntries(
    [
      'OrdersTableName',
      'FactsTableName',
      'MerchantSigningSecretArn',
      'ApiV3KeySecretArn',
      'ApiV2KeySecretArn',
      'FunctionReconcile',
      'ReportsBucketName',
      'PlatformKeysSecretArn',
    ].map((name) => [name, name]),
  )

  const url = () => account.url.replace(/\/$/, '')
  async function doctor(changes: Partial<AccountState>, AccountConcurrency = '1000') {
    const addresses = {
      ApiUrl: url(),
      WechatApiUrl: url(),
      WechatApiBackupUrl: url(),
      NotifyPaymentUrl: `${url()}/notify`,
      FactQueueUrl: `${url()}/facts`,
      FactDeadLetterQueueUrl: `${url()}/dead`,
      KeyRefreshQueueUrl: `${url()}/keys`,
      Mchid: '1900000109',
    }
    const stack = { status: 'CREATE_COMPLETE', outputs: { ...outputs, ...addresses, AccountConcurrency } }
    account.state = { ...FIT, ...changes, stacks: { 'wxpay-prod': stack } }
    const { out } = await wxpay(['doctor', '--json', '--stack', 'wxpay-prod', '--region', 'cn-north-1'])
    const { checks } = JSON.parse(out) as { checks: readonly Check[] }
    return (name: string) => checks.find((check) => check.name === name)
  }

  it.each([
    [10, '1000', 'warn', 'set accountConcurrency: 10 in the stage and deploy'],
    [10, '10', 'ok', ''],
    [3000, '1000', 'ok', ''],
  ])('with a limit of %i, made for %s: %s', async (concurrent, madeFor, level, remedy) => {
    const line = (await doctor({ concurrent }, madeFor))('concurrency')
    expect(line).toMatchObject({ level, remedy: expect.stringContaining(remedy) })
    expect(line!.detail).toContain(`${concurrent} functions at once`)
  })

  it('says which table was restored and is not protected yet', async () => {
    expect((await doctor({}))('orders recovery')).toMatchObject({
      level: 'ok',
      detail: expect.stringContaining('any second of 35 days'),
    })
    const line = await doctor({ tables: { recovery: 'DISABLED', isProtected: false, expiry: undefined } })
    expect(line('orders recovery')!.detail).toBe(
      'OrdersTableName has no point-in-time recovery and no protection against deletion',
    )
    expect(line('facts recovery')).toMatchObject({
      level: 'warn',
      detail:
        'FactsTableName has no point-in-time recovery and no protection against deletion and no expiry by expires_at',
      remedy: expect.stringContaining('docs/runbook.md#restore-the-tables'),
    })
  })

  it('says that facts expire by the wrong attribute', async () => {
    const line = await doctor({ tables: { ...FIT.tables, expiry: 'ttl' } })
    expect(line('facts recovery')!.detail).toBe('FactsTableName has no expiry by expires_at')
    expect(line('orders recovery')!.level).toBe('ok')
  })
})
