import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleOperations } from '#infra/bundle.ts'
import { bundleFolder, type ChannelName } from '#infra/channels/channels.ts'
import type { BundleName } from '#infra/operations/operations.ts'
import { bundleNames, RELEASE_CHECK } from '#infra/operations/operations.ts'
import { CHANNEL_OF } from '#shared/operations.ts'

const outdir = mkdtempSync(join(tmpdir(), 'wxpay-bundles-alipay-'))
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

/** The most bytes that notify-alipay may weigh. */
const MOST_BYTES = 330_000

function bundlesOf(channels: readonly ChannelName[]) {
  const { metafile, directoryOf } = bundleOperations(join(outdir, bundleFolder(channels)), channels)
  const names = bundleNames(channels)
  /** Input files of which at least one byte is in the bundle or in a part of it. */
  const filesOf = (operation: BundleName) =>
    Object.entries(metafile.outputs)
      .filter(([path]) => path.includes(`/${operation}/`))
      .flatMap(([, { inputs }]) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path)
  const having = (part: RegExp) => names.filter((name) => filesOf(name).some((path) => part.test(path)))
  /** All that is deployed for it. */
  const codeOf = (name: BundleName) =>
    readdirSync(directoryOf(name))
      .filter((file) => file !== 'sm.js')
      .map((file) => readFileSync(join(directoryOf(name), file), 'utf8'))
      .join('\n')
  return { names, having, codeOf, pathOf: (name: BundleName) => join(directoryOf(name), 'index.js') }
}

/** What a stage with Alipay alone tells these functions. */
const TOLD = {
  AWS_REGION: 'us-east-1',
  WXPAY_STAGE: 'test',
  WXPAY_ORDER_FORM: '1',
  WXPAY_REFUND_RULES: '{}',
  WXPAY_NOTIFY_BASE_URL: 'https://pay.example.com',
  ORDERS_TABLE_NAME: 'orders',
  FACTS_TABLE_NAME: 'facts',
  FACT_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/facts',
  EVENT_TOPIC_ARN: 'arn:aws:sns:us-east-1:1:events',
  WXPAY_ALIPAY: JSON.stringify({
    appId: '2021001161683774',
    gatewayUrl: 'https://openapi.alipay.com/gateway.do',
  }),
  ALIPAY_SIGNING_SECRET_ID: 'signing',
  ALIPAY_KEYS_SECRET_ID: 'keys',
}

const OF_WECHAT = /^shared\/(?:wechat\/|lambda\/wechat-|secrets\/(?:secret-keys|platform-keys))/
const WORDS = /WECHATPAY2|paySign|mchid="/

const both = bundlesOf(['wechat', 'alipay'])

describe('Alipay', () => {
  it('is in those of a stage that has it where it is called, and its bills where they are read', () => {
    const { having, pathOf } = both
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile', 'notify-alipay']
    expect(having(/^shared\/alipay\/gateway\.ts$/)).toEqual(callers)
    expect(having(/^shared\/alipay\/bills\//)).toEqual(['reconcile'])
    expect(having(/^shared\/alipay\/notification\.ts$/)).toEqual(['notify-alipay'])
    expect(statSync(pathOf('notify-alipay')).size).toBeLessThanOrEqual(MOST_BYTES)
  })
})

describe('WeChat Pay', () => {
  /** What is WeChat's alone has it, and so has the check of one of its functions. */
  const common = (name: BundleName) => !(name in CHANNEL_OF) && name !== RELEASE_CHECK

  it('is where it is called in a stage that has it', () => {
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile']
    expect(both.having(/^shared\/wechat\//).filter(common)).toEqual(callers)
    expect(both.codeOf('prepay')).toMatch(WORDS)
  })

  const alone = bundlesOf(['alipay'])

  it('is in no bundle of a stage that has Alipay alone', () => {
    const { names, having, codeOf } = alone
    expect(having(OF_WECHAT).filter((name) => common(name) || name === 'notify-alipay')).toEqual([])
    for (const name of names.filter(common)) expect(codeOf(name)).not.toMatch(WORDS)
  })

  it('is refused by the bundles of such a stage, which need no word of it to start', () => {
    const routes = {
      query: 'GET /v1/payments/{out_trade_no}',
      list: 'GET /v1/payments',
      close: 'POST /v1/payments/{out_trade_no}/close',
      refund: 'GET /v1/refunds/{out_refund_no}',
    }
    const script = `
      const lines = []
      require('node:fs').writeSync = (_, text) => Buffer.byteLength(text)
      const call = async ([path, routeKey]) => {
        const { handler } = require(path)
        const event = {
          routeKey,
          headers: {},
          pathParameters: { out_trade_no: 'ORDER_1', out_refund_no: 'R1' },
          queryStringParameters: { provider: 'wechat' },
          requestContext: { requestId: 'api-1', http: { method: routeKey.split(' ')[0] } },
        }
        const { body } = await handler(event, { getRemainingTimeInMillis: () => 9000, awsRequestId: 'r' })
        const { errors } = JSON.parse(body)
        lines.push(errors && errors[0].rule)
      }
      Promise.all(${JSON.stringify(Object.entries(routes).map(([name, key]) => [alone.pathOf(name as BundleName), key]))}.map(call))
        .then(() => console.error(JSON.stringify(lines)))`
    const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: TOLD })
    expect(JSON.parse(stderr)).toEqual(
      Object.keys(routes).map(() => 'must be one that this stage has: alipay'),
    )
  })
})
