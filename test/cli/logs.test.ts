import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { threadOf } from '#cli/stack/log-thread.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createShell } from './shell.ts'

const MCHID = '1900000109'
const line = (time: string, code: string, fields: object) =>
  JSON.stringify({ time: `2026-11-24T01:00:${time}Z`, level: 'info', code, ...fields })

const NOTIFIED = { trace_id: 'trace-1', correlation_id: 'call-1=', function_name: 'notify' }
const SWEPT = { trace_id: 'trace-2', correlation_id: 'run-1', function_name: 'sweep' }
const LINES = [
  line('02.000', 'FACT_SETTLED', {
    ...NOTIFIED,
    function_name: 'settle',
    fact_key: paymentFactKey(MCHID, 'ORDER-1', 'SUCCESS'),
  }),
  line('01.000', 'NOTIFICATION_STORED', { ...NOTIFIED, out_trade_no: 'ORDER-1' }),
  line('01.500', 'COMPLETED', { ...NOTIFIED, status: 204 }),
  line('03.000', 'ORDER_DRIVEN', { ...SWEPT, out_trade_no: 'ORDER-1', outcome: 'paid' }),
  line('03.100', 'ORDER_DRIVEN', { ...SWEPT, out_trade_no: 'ORDER-10' }),
  line('03.200', 'SWEPT', { ...SWEPT, count: 2, OrdersDriven: 2 }),
  line('04.000', 'COMPLETED', { trace_id: 'trace-3', out_trade_no: 'ORDER-10' }),
  '{"_aws":{},"function_name":"notify","out_trade_no":"ORDER-1"}',
  'REPORT RequestId: ORDER-1',
]
const holding = async (texts: readonly string[]) =>
  LINES.filter((one) => texts.some((each) => one.includes(each)))

describe('the lines of one payment', () => {
  const codesOf = async (...ids: string[]) => (await threadOf({ holding }, ids)).map(({ code }) => code)

  it('are those that name it, and those of the calls and runs that these were part of, in order', async () => {
    expect(await codesOf('ORDER-1')).toEqual([
      'NOTIFICATION_STORED',
      'COMPLETED',
      'FACT_SETTLED',
      'ORDER_DRIVEN',
      'SWEPT',
    ])
  })

  it('are found by the id of a call, of a trace, and of a fact', async () => {
    const ofCall = ['NOTIFICATION_STORED', 'COMPLETED', 'FACT_SETTLED']
    expect(await codesOf('call-1=')).toEqual(ofCall)
    expect(await codesOf('trace-1')).toEqual(ofCall)
    expect(await codesOf(paymentFactKey(MCHID, 'ORDER-1', 'SUCCESS'))).toEqual(['COMPLETED', 'FACT_SETTLED'])
  })

  it('are none where nothing names it as a whole', async () => {
    expect(await codesOf('ORDER')).toEqual([])
  })
})

const OUTPUTS =
  'ApiUrl Mchid WechatApiUrl WechatApiBackupUrl NotifyPaymentUrl AccountConcurrency OrdersTableName FactsTableName FactQueueUrl FactDeadLetterQueueUrl KeyRefreshQueueUrl ReportsBucketName MerchantSigningSecretArn ApiV3KeySecretArn ApiV2KeySecretArn PlatformKeysSecretArn FunctionReconcile FunctionNotify'

describe('logs of a deployed stack', () => {
  let server: Server
  let asked: Record<string, unknown>[] = []
  let states: string[] = []

  /** CloudFormation, DynamoDB, Lambda and CloudWatch Logs, as far as they are asked. */
  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) =>
        response.end(answerTo(request.headers['x-amz-target'], request.url, body)),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => server.close())
  beforeEach(() => {
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  })

  function answerTo(target: string | string[] | undefined, url = '', body = ''): string {
    const [, operation] = String(target ?? '').split('.')
    if (operation === 'StartQuery') {
      asked.push(JSON.parse(body))
      return JSON.stringify({ queryId: String(asked.length) })
    }
    if (operation === 'GetQueryResults') {
      const status = states.shift() ?? 'Complete'
      const results = status === 'Complete' ? LINES.map((value) => [{ field: '@message', value }]) : []
      return JSON.stringify({ status, results })
    }
    if (operation !== undefined) return '{}'
    const [, name] = /functions\/([^/]+)\/configuration/.exec(url) ?? []
    if (name !== undefined) return JSON.stringify({ LoggingConfig: { LogGroup: `/logs/${name}` } })
    const outputs = OUTPUTS.split(' ').map(
      (key) => `<member><OutputKey>${key}</OutputKey><OutputValue>${key}</OutputValue></member>`,
    )
    return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
  }

  const wxpay = createShell('/', ['--stack', 'wxpay-prod', '--region', 'cn-north-1'])
  const now = () => Date.parse('2026-11-24T02:00:00Z')

  it('are asked of all functions at once, within the window, until the answer is complete', async () => {
    asked = []
    states = ['Running']
    const { code, out, err } = await wxpay(['logs', 'ORDER-1', '--from', '2h'], { now })
    expect(code).toBe(0)
    expect(err).toContain('asking CloudWatch for lines of 2 log groups')
    expect(out).toMatch(/01:00:01.000Z +notify +info +NOTIFICATION_STORED +out_trade_no=ORDER-1\n/)
    expect(out).toMatch(/01:00:03.200Z +sweep +info +SWEPT +count=2\n5 lines\n$/)
    expect(asked[0]).toEqual({
      logGroupNames: ['/logs/FunctionReconcile', '/logs/FunctionNotify'],
      startTime: Date.parse('2026-11-24T00:00:00Z') / 1000,
      endTime: now() / 1000,
      queryString: 'fields @message | filter @message like "ORDER-1" | sort @timestamp asc | limit 10000',
    })
    expect(asked[1]?.['queryString']).toContain('@message like "trace-1" or @message like "call-1="')
  })

  it('that cannot be had are a sentence with a remedy, and so is an id that would be more than text', async () => {
    states = ['Failed']
    const failed = await wxpay(['logs', 'ORDER-1'], { now })
    expect([failed.code, failed.err]).toEqual([
      1,
      expect.stringContaining('did not carry the query out (Failed)'),
    ])
    const none = await wxpay(['logs', 'ORDER-9'], { now })
    expect([none.code, none.err]).toEqual([
      1,
      expect.stringContaining('no function logged anything about ORDER-9 since 2026-11-23T02:00:00.000Z'),
    ])
    asked = []
    expect(await wxpay(['logs', 'x" or @message like "'], { now })).toMatchObject({ code: 2 })
    expect(asked).toEqual([])
  })
})
