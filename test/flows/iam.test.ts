/** Only signed callers: our own signature, and that of the packed client. */
import { execFile } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { buildPackage } from '#client/packaging/build.ts'
import { WechatPayments } from '#client/wechat-payments.ts'
import { readPage } from '#test/docs/markdown.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { iamHeaders } from '#test/security/iam-signature.ts'
import { everythingStored } from '#test/support/stored.ts'
import { fieldsOf, filesOf, runSnippets, SECRET } from './mini-program.ts'

let flow: Flow
/** Has the client installed. */
let folder: string
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly(), requireIam: true })
  folder = await mkdtemp(join(tmpdir(), 'client-snippets-'))
  buildPackage(join(folder, 'node_modules/wechatpay-lambda-client'))
})
afterAll(async () => {
  await flow?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

const order = JSON.stringify({
  channel: 'native',
  out_trade_no: 'SIGNED-1',
  description: 'tea',
  amount: { total: 10 },
})

async function call(method: string, path: string, body?: string, secretAccessKey = 'local') {
  const origin = flow.stack.apiUrl
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const request = { origin, method, path, headers, ...(body === undefined ? {} : { body }) }
  const identity = { accessKeyId: 'local', secretAccessKey, region: flow.stack.description.region }
  const signed = await iamHeaders(request, identity)
  return fetch(origin + path, { method, headers: signed, ...(body === undefined ? {} : { body }) })
}

describe('a stack that asks for IAM', () => {
  it.each([
    ['POST', '/v1/payments'],
    ['GET', '/v1/payments/SIGNED-1'],
    ['GET', '/v1/payments/transaction/42'],
    ['POST', '/v1/payments/SIGNED-1/close'],
    ['POST', '/v1/payments/SIGNED-1/refunds'],
    ['POST', '/v1/payments/SIGNED-1/hold'],
    ['POST', '/v1/payments/SIGNED-1/release'],
    ['GET', '/v1/refunds/SIGNED-1-R'],
  ])('answers 403 to %s %s without a signature, before any function runs', async (method, path) => {
    const body = method === 'POST' ? { body: order, headers: { 'content-type': 'application/json' } } : {}
    const response = await fetch(flow.stack.apiUrl + path, { method, ...body })
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }])
    expect(JSON.parse(await everythingStored(flow.stack))).toEqual([])
    expect(flow.stack.logs.lines()).toEqual([])
  })

  it('answers 403 to a signature with another key, and 200 to a right one', async () => {
    expect((await call('POST', '/v1/payments', order, 'wrong')).status).toBe(403)
    expect((await call('POST', '/v1/payments', order)).status).toBe(200)
    expect((await call('GET', '/v1/payments/SIGNED-1')).status).toBe(200)
  })

  it('takes notifications all the same, for WeChat cannot sign for IAM', async () => {
    await flow.wechat.pay({ out_trade_no: 'SIGNED-1' })
    expect((await flow.merchant.event(flow.paymentKey('SIGNED-1'))).type).toBe('payment.succeeded')
  })
})

/** Without the API, for callers who sign for Lambda. */
describe('Lambda', () => {
  const event = {
    routeKey: 'GET /v1/payments/{out_trade_no}',
    pathParameters: { out_trade_no: 'SIGNED-1' },
    requestContext: { http: { method: 'GET' } },
  }

  async function invoke(secretAccessKey: string) {
    const { region, endpoints, merchant_functions } = flow.stack.description
    const credentials = { accessKeyId: 'local', secretAccessKey }
    const lambda = new LambdaClient({ region, endpoint: endpoints.lambda, credentials, maxAttempts: 1 })
    const { query } = JSON.parse(merchant_functions!)
    try {
      return await lambda.send(new InvokeCommand({ FunctionName: query, Payload: JSON.stringify(event) }))
    } finally {
      lambda.destroy()
    }
  }

  it('invokes what merchants may call, by the ARN of what is released, for signed callers alone', async () => {
    await expect(invoke('wrong')).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    })
    const { Payload, FunctionError } = await invoke('local')
    expect([FunctionError, JSON.parse(Payload!.transformToString())]).toMatchObject([
      undefined,
      { statusCode: 200, body: expect.stringContaining('"status":"PAID"') },
    ])
  })
})

describe('the client, by way of Lambda', () => {
  const paying = (secretAccessKey: string) =>
    new WechatPayments({
      functions: flow.stack.description.merchant_functions!,
      endpoint: flow.stack.description.endpoints.lambda,
      credentials: { accessKeyId: 'local', secretAccessKey },
      retries: 0,
    })

  it('has an order paid and refunded, and is refused where IAM refuses', async () => {
    await expect(paying('wrong').queryPayment('DIRECT-1')).rejects.toMatchObject({ code: 'forbidden' })
    const pay = paying('local')
    await expect(pay.queryPayment('DIRECT-1')).rejects.toMatchObject({
      code: 'order_not_found',
      status: 404,
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    const asked = { channel: 'native', out_trade_no: 'DIRECT-1', description: 'tea' } as const
    const { code_url } = await pay.createPayment(
      { ...asked, amount: { total: 100 } },
      { requestId: 'till-1' },
    )
    await flow.wechat.pay({ code_url: code_url! })
    await flow.merchant.event(flow.paymentKey('DIRECT-1'))
    const refund = { out_refund_no: 'DIRECT-1-R|1', amount: { refund: 40 } }
    expect(await pay.createRefund('DIRECT-1', refund)).toMatchObject({ status: 'PROCESSING' })
    expect(await pay.queryRefund('DIRECT-1-R|1')).toMatchObject({ amount: { refund: 40 } })
    expect(await pay.queryPayment('DIRECT-1')).toMatchObject({ status: 'PAID', refundable: 60 })
    expect(flow.stack.logs.lines().filter((line) => line.includes('"x_request_id":"till-1"'))).not.toEqual([])
  })
})

/** What the first pages show, as a module of its own in a folder that has the package. */
const snippetOf = (page: string) =>
  readPage(readFileSync(page, 'utf8'))
    .fences.find(({ language }) => language === 'js')!
    .lines.join('\n')

describe('the snippet of docs/client.md', () => {
  it('pays, and is told so once', async () => {
    const snippet = snippetOf('docs/client.md')
    expect(snippetOf('docs/zh-CN/client.md')).toBe(snippet)
    // The gateway of the local stack has a host without a region.
    const { region } = flow.stack.description
    const placed = snippet.replace('credentials:', `region: '${region}', credentials:`)
    await writeFile(join(folder, 'shop.mjs'), placed)
    const run = async (script: string) => {
      const identity = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
      const env = { PATH: process.env['PATH'], API_URL: flow.stack.apiUrl, ...identity }
      const command = [
        '--input-type=module',
        '-e',
        `import { checkout, handler } from './shop.mjs'; ${script}`,
      ]
      return (await promisify(execFile)(process.execPath, command, { cwd: folder, env })).stdout.trim()
    }
    expect(await run('console.log(await checkout())')).toMatch(/^weixin:/)
    await flow.wechat.pay({ out_trade_no: 'ORDER-0001' })
    const { text } = await flow.merchant.event(flow.paymentKey('ORDER-0001'))
    const message = JSON.stringify({ Records: [{ body: text }, { body: text }] })
    expect(await run(`await handler(${message})`)).toBe('paid ORDER-0001')
  })
})

describe('the code of docs/mini-program.md', () => {
  const page = readFileSync('docs/mini-program.md', 'utf8')
  const twin = readFileSync('docs/zh-CN/mini-program.md', 'utf8')

  it('is paid in the mini program, and never called failed when the payer gives up', async () => {
    const { ran, asked } = await runSnippets(flow.stack, folder, filesOf(page))
    expect(asked.map(({ pathname }) => pathname)).toEqual(Array(2).fill('/sns/jscode2session'))
    expect(Object.fromEntries(asked[0]!.searchParams)).toEqual({
      appid: flow.appid,
      secret: SECRET,
      js_code: 'js-code',
      grant_type: 'authorization_code',
    })
    expect(ran.paid).toMatchObject({ opened: 200, states: ['paid'] })
    expect(ran.unpaid).toMatchObject({ opened: 200, states: ['unknown'] })
    const { timeStamp, nonceStr, package: prepay, signType, paySign, ...rest } = ran.paid.params
    expect([signType, rest]).toEqual(['RSA', {}])
    const key = createPublicKey(flow.stack.description.merchant_private_key_pem!)
    const message = Buffer.from(`${flow.appid}\n${timeStamp}\n${nonceStr}\n${prepay}\n`)
    expect(verify('sha256', message, key, Buffer.from(paySign!, 'base64'))).toBe(true)
    expect(ran.page).toEqual({
      handed: ['getBrandWCPayRequest', { appId: 'wx1' }],
      said: 'get_brand_wcpay_request:ok',
    })
    expect(ran.app.opened).toBe(200)
    const android = fieldsOf(page, 'kotlin')
    expect(android.map(([set]) => set).toSorted()).toEqual(Object.keys(ran.app.params).toSorted())
    expect(android.every(([set, taken]) => set === taken)).toBe(true)
    const ios = fieldsOf(page, 'swift').map(([, taken]) => taken)
    expect([...ios, 'appId'].toSorted()).toEqual(Object.keys(ran.app.params).toSorted())
    expect(new URL(ran.h5).searchParams.get('redirect_url')).toBe('https://shop.example.com/orders/1?a=b')
  })

  it('is the same in both languages, but for its comments', () => {
    const code = (text: string) =>
      Object.entries(filesOf(text)).map(([name, file]) => [name, file.replaceAll(/\/\/ .*$/gm, '//')])
    expect(code(twin)).toEqual(code(page))
    for (const language of ['kotlin', 'swift'])
      expect(fieldsOf(twin, language)).toEqual(fieldsOf(page, language))
  })
})
