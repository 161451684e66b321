/** Whose number a command means, as the services of a stack with both channels are asked. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Listening, listen } from '#simulator/listen.ts'
import { APP_ID, describeStack, MCHID } from './setup-fixture.ts'
import { createShell } from './shell.ts'

const ACCOUNT = `alipay:${APP_ID}`
const NUMBER = 'ORDER_0001'
const directory = mkdtempSync(join(tmpdir(), 'wxpay-provider-'))
const wxpay = createShell(directory)
let services: Listening
/** Calls of the HTTP API and of Lambda, and keys that the tables were asked for. */
let asked: string[] = []
/** Keys of tables under which there is something. */
let stored: Readonly<Record<string, object>> = {}

/** DynamoDB, Lambda and the HTTP API of the stack: nothing is there. */
beforeAll(async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => response.end(answerTo(String(request.url), request.method ?? '', body)))
  })
  services = await listen(server, 0, 'the services')
})
afterAll(async () => {
  await services?.close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  asked = []
  stored = {}
  stackWith({ alipay: true })
})

function answerTo(url: string, method: string, body: string): string {
  if (url.startsWith('/v1/')) {
    asked.push(`${method} ${url}`)
    return url.startsWith('/v1/payments?') ? '{"orders":[],"unreadable":[]}' : '{}'
  }
  if (url.includes('/functions/')) {
    asked.push(`invoke ${body}`)
    return '{"ran":true}'
  }
  const { S: key = '' } = Object.values(JSON.parse(body).Key as Record<string, { S: string }>)[0] ?? {}
  asked.push(key)
  return JSON.stringify(stored[key] === undefined ? {} : { Item: stored[key] })
}

function stackWith({ alipay }: { readonly alipay: boolean }): void {
  const secrets = { merchant_signing: 'a', apiv3_key: 'b', apiv2_key: 'd', platform_keys: 'c' }
  const more = alipay ? { alipay_signing: 'e', alipay_keys: 'f' } : {}
  const { url } = services
  const described = describeStack({ endpoint: url, secrets: { ...secrets, ...more }, apiUrl: url })
  mkdirSync(join(directory, '.local'), { recursive: true })
  const functions = { reconcile: 'reconcile' }
  writeFileSync(join(directory, '.local', 'stack.json'), JSON.stringify({ ...described, functions }))
}

const SIGNED = ['--by', 'ann', '--note', 'odd', '--yes']
/** Each command with what it asks first, `<account>` and `<provider>` standing for whose it is. */
const COMMANDS: ReadonlyArray<readonly [command: readonly string[], first: string]> = [
  [['order', 'show', NUMBER], `<account>#${NUMBER}`],
  [['order', 'ls'], 'GET /v1/payments?provider=<provider>&limit=50'],
  [['order', 'hold', NUMBER, ...SIGNED], `POST /v1/payments/${NUMBER}/hold?provider=<provider>`],
  [
    ['order', 'release', NUMBER, '--hold', 'operator#1', '--decision', 'dismiss', ...SIGNED],
    `POST /v1/payments/${NUMBER}/release?provider=<provider>`,
  ],
  [['trace', NUMBER], `<account>#${NUMBER}`],
  [['logs', NUMBER], `<account>#${NUMBER}`],
  [['refund', 'show', 'R_1'], 'refund#<account>#R_1'],
  [['refund', 'show', 'R_1', '--refresh'], 'GET /v1/refunds/R_1?refresh=true&provider=<provider>'],
  [['refund', 'retry', 'R_1'], 'refund#<account>#R_1'],
  [['refund', 'to-merchant', 'R_1', ...SIGNED], 'POST /v1/refunds/R_1/abnormal?provider=<provider>'],
  [['reconcile', 'run', '2026-11-24'], 'invoke {"day":"2026-11-24","provider":"<provider>"}'],
  [['reconcile', 'show', '2026-11-24'], 'reconciliation#<account>#2026-11-24'],
  [['reconcile', 'diff', '2026-11-24'], 'reconciliation#<account>#2026-11-24'],
]

describe.each(COMMANDS)('wxpay %j', (command, first) => {
  const meant = (account: string, provider: string) =>
    first.replaceAll('<account>', account).replaceAll('<provider>', provider)

  it('means the channel that is named, and WeChat Pay without a name', async () => {
    await wxpay([...command, '--provider', 'alipay'])
    expect(asked[0]).toBe(meant(ACCOUNT, 'alipay'))
    asked = []
    await wxpay(command)
    expect(asked[0]).toBe(meant(MCHID, 'wechat'))
  })
})

describe.each(COMMANDS.filter((_, index) => index % 4 === 0))('wxpay %j', (command) => {
  it('asks nobody where the stack does not have the channel, and says so', async () => {
    stackWith({ alipay: false })
    const { code, err } = await wxpay([...command, '--provider', 'alipay'])
    expect([code, err, asked]).toEqual([
      2,
      expect.stringContaining('the stack local does not take payments of Alipay, but of WeChat Pay'),
      [],
    ])
  })
})

it('names the channels that there are, and what to give where the other one has the number', async () => {
  expect(await wxpay(['order', 'show', NUMBER, '--provider', 'paypal'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--provider <name>.*Allowed choices are wechat, alipay/),
  })
  stored = { [`refund#${ACCOUNT}#R_1`]: { v: { N: '1' }, target: { S: `${ACCOUNT}#${NUMBER}` } } }
  const { err } = await wxpay(['refund', 'show', 'R_1'])
  expect(err).toContain('what to do: Alipay has this number: give --provider alipay')
})
