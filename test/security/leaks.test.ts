/** Recognisable secrets and personal data go through every flow and every failure, and are looked for wherever they should not be. */
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpacked } from '#shared/stores/order-form-3.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { FaultInput } from '#simulator/faults.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { attackedStack } from './attacked-stack.ts'
import { json } from './expectations.ts'
import type { AttackedStack } from './attacked-stack.ts'
import { tapEvents } from './event-tap.ts'
import type { EventTap } from './event-tap.ts'
import type { RawAnswer } from './raw-http.ts'
import { startRecordingProxy } from './recording-proxy.ts'
import type { RecordingProxy } from './recording-proxy.ts'

const APIV3_KEY = 'CANARYkeyCANARYkeyCANARYkeyCANAR'
const OPENID = 'oCANARYopenid0000000000000001'
const ACCOUNT = 'CANARY-account-0403'
const DESCRIPTION = 'CANARY-description'
const ATTACH = 'CANARY-attach'
const REASON = 'CANARY-reason'
const QUOTED = 'CANARY-quoted-by-wechat'
const WRONG = 'CANARY-wrong-value'
const BROKEN = 'CANARY-broken-secret'

let attacked: AttackedStack
let proxy: RecordingProxy
let tap: EventTap
const refusals: RawAnswer[] = []
const sent: string[] = []

beforeAll(async () => {
  attacked = await attackedStack({
    assembly: await givenAssembly(),
    simulator: async (merchant) => {
      const simulator = await startSimulator({ ...merchant, apiv3Key: APIV3_KEY, refundDelayMs: 'manual' })
      proxy = await startRecordingProxy(simulator.url)
      return { ...simulator, url: proxy.url, backupUrl: proxy.url }
    },
  })
  tap = await tapEvents(attacked.stack)
  await everyFlow()
  await everyFailure()
}, 60_000)
afterAll(async () => {
  await attacked?.stop()
  await proxy?.close()
})

const control = () => attacked.stack.simulator!.control
const call = async (method: string, path: string, body?: unknown): Promise<RawAnswer> => {
  const answer = await attacked.merchant(method, path, body)
  if (answer.status >= 400) refusals.push(answer)
  return answer
}
const order = (changes: object = {}) => ({
  channel: 'jsapi',
  out_trade_no: attacked.freshNumber(),
  description: DESCRIPTION,
  attach: ATTACH,
  amount: { total: 1000 },
  payer: { openid: OPENID },
  ...changes,
})

async function paid(): Promise<string> {
  const { out_trade_no } = await created()
  await tap.until('payment.succeeded', [out_trade_no])
  return out_trade_no
}

async function created() {
  const request = order()
  const { prepay_id } = json(await call('POST', '/v1/payments', request)) as { prepay_id: string }
  await control().pay({ prepay_id, openid: OPENID })
  return request
}

async function everyFlow(): Promise<void> {
  const number = await paid()
  await call('GET', `/v1/payments/${number}?refresh=true`.split('?')[0]!)
  for (const [index, status] of (['SUCCESS', 'ABNORMAL', 'CLOSED'] as const).entries()) {
    const refund = { out_refund_no: `${number}-${index}`, amount: { refund: 100 }, reason: REASON }
    await call('POST', `/v1/payments/${number}/refunds`, refund)
    await control().finishRefund(refund.out_refund_no, status)
    const state = status === 'SUCCESS' ? 'succeeded' : status.toLowerCase()
    await tap.until(`refund.${state}`, [number])
    await call('GET', `/v1/refunds/${refund.out_refund_no}`)
  }
  const closing = order()
  await call('POST', '/v1/payments', closing)
  await call('POST', `/v1/payments/${closing.out_trade_no}/close`)
  for (const job of ['sweep', 'rotate-certs']) await attacked.stack.fire(job)
}

async function everyFailure(): Promise<void> {
  const number = await paid()
  const faults: readonly FaultInput[] = [
    { kind: 'error', code: 'PARAM_ERROR', status: 400, message: QUOTED },
    { kind: 'error', code: 'SYSTEM_ERROR', status: 500, message: QUOTED, count: 4 },
    { kind: 'unsigned', count: 4 },
    { kind: 'bad_signature', count: 4 },
    { kind: 'answer_probe', count: 4 },
    { kind: 'reset_after', count: 4 },
  ]
  for (const fault of faults) {
    await control().addFault(fault)
    await call('POST', '/v1/payments', order())
    await control().clearFaults()
  }
  await control().addFault({ kind: 'system_error', after_effect: true })
  await call('POST', `/v1/payments/${number}/refunds`, {
    out_refund_no: `${number}-U`,
    amount: { refund: 1 },
    reason: REASON,
  })
  await control().clearFaults()
  await attacked.stack.fire('sweep')

  await call(
    'POST',
    '/v1/payments',
    order({ amount: { total: WRONG }, payer: { openid: `${OPENID}\u0000` } }),
  )
  await call('POST', '/v1/payments', `{"${WRONG}`)
  await call('POST', `/v1/payments/${number}/refunds`, { out_refund_no: `${WRONG} `, amount: { refund: 1 } })
  await call('GET', `/v1/payments/${WRONG}%20`)
  await call('POST', `/v1/payments/${number}/close`)
  await notified(number)

  attacked.stack.cloud.dynamodb.setFault({ kind: 'down' })
  await call('POST', '/v1/payments', order())
  await deliver({ attach: ATTACH })
  attacked.stack.cloud.dynamodb.setFault(undefined)
  await brokenSecrets()
}

/** What WeChat, or somebody else, sends to the notify route, right and wrong. */
async function notified(number: string): Promise<void> {
  await deliver({ attach: ATTACH, user_received_account: ACCOUNT, payer: { openid: OPENID } })
  await deliver({ mchid: '1900000999' })
  await deliver({ amount: { total: WRONG } })
  await deliver({ amount: { total: 1, currency: 'CNY' } }, number)
  const genuine = attacked.genuine({ content: { ...attacked.transaction('ORDER-0001'), attach: WRONG } })
  sent.push(...(Object.values(genuine.headers).filter((value) => (value?.length ?? 0) > 60) as string[]))
  for (const body of [genuine.body.subarray(1), Buffer.from(`{"${WRONG}`)])
    refusals.push(await attacked.deliver({ ...genuine, body }))
  for (const content of [WRONG, `{"${WRONG}`])
    refusals.push(await attacked.deliver(attacked.genuine({ content })))
}

async function deliver(changes: object, number = attacked.freshNumber()): Promise<void> {
  const delivery = attacked.genuine({
    number,
    content: { ...attacked.transaction(number), payer: { openid: OPENID }, ...changes },
  })
  const { resource } = JSON.parse(delivery.body.toString()) as { resource: { ciphertext: string } }
  sent.push(resource.ciphertext, delivery.headers['wechatpay-signature']!)
  const answer = await attacked.deliver(delivery)
  if (answer.status >= 400) refusals.push(answer)
}

async function brokenSecrets(): Promise<void> {
  const { secrets } = attacked.stack.description
  for (const SecretId of Object.values(secrets)) {
    for (const SecretString of [
      BROKEN,
      JSON.stringify({ current: BROKEN, serial_no: BROKEN, private_key: BROKEN, keys: [{ pem: BROKEN }] }),
    ]) {
      await attacked.stack.clients.secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }))
      for (const operation of ['prepay', 'notify', 'rotate-certs']) await attacked.stack.kill(operation)
      await call('POST', '/v1/payments', order())
      await deliver({})
      await attacked.stack.lambda.invoke('rotate-certs', {})
    }
  }
}

async function table(name: 'orders' | 'facts'): Promise<string[]> {
  const { description, clients } = attacked.stack
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: description.tables[name] }))
  return Items.map(({ packed, ...item }) =>
    JSON.stringify([item, packed?.B === undefined ? packed : unpacked(packed.B)]),
  )
}

const privateKeyLines = () => {
  const { merchant, platform, public_key: publicKey } = attacked.keys()
  const pems = [...merchant, ...platform.certificates, publicKey].map(
    ({ private_key_pem }) => private_key_pem ?? '',
  )
  return pems.flatMap((pem) => pem.split(/\r?\n/).filter((line) => line.length > 40))
}
const found = (needles: readonly string[], haystack: readonly string[]) =>
  needles.filter((needle) => haystack.some((text) => text.includes(needle)))

describe('after every flow and every failure', () => {
  it('there is something to search: logs of every function that ran, events, refusals, URLs and items', async () => {
    const lines = attacked.stack.logs.lines()
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.some((line) => line.includes('CloudWatchMetrics'))).toBe(true)
    expect([tap.raw.length, refusals.length, proxy.urls.length].every((count) => count > 4)).toBe(true)
    expect((await table('orders')).join()).toContain(ATTACH)
    expect(privateKeyLines().length).toBeGreaterThan(50)
    expect([...new Set(refusals.map(({ status }) => status))]).toEqual(
      expect.arrayContaining([400, 401, 409, 422, 503]),
    )
  })

  it('no key and no openid is anywhere: not in logs, metrics, events, refusals, URLs or tables', async () => {
    const everywhere = [
      ...attacked.stack.logs.lines(),
      ...tap.raw,
      ...refusals.map(({ body, headers }) => body + JSON.stringify(headers)),
      ...proxy.urls,
      ...(await table('orders')),
      ...(await table('facts')),
    ]
    expect(found([APIV3_KEY, OPENID, ACCOUNT, BROKEN, ...privateKeyLines()], everywhere)).toEqual([])
  })

  it('no body, ciphertext, signature or wrong value is in a log line or a URL', () => {
    const needles = [
      DESCRIPTION,
      ATTACH,
      REASON,
      QUOTED,
      WRONG,
      'WECHATPAY2-SHA256-RSA2048',
      'Authorization',
      ...sent,
    ]
    expect(sent.length).toBeGreaterThan(10)
    expect(found(needles, [...attacked.stack.logs.lines(), ...proxy.urls])).toEqual([])
  })

  it("no wrong value and nothing that WeChat's messages quote is in a refusal", () => {
    const bodies = refusals.map(({ body }) => body)
    expect(found([WRONG, QUOTED, DESCRIPTION, ATTACH, REASON, ...sent], bodies)).toEqual([])
  })

  it('events hold nothing that a subscriber does not need, tables nothing of the wire', async () => {
    expect(found([DESCRIPTION, REASON, 'payer"', 'openid', ...sent], tap.raw)).toEqual([])
    expect(
      found(['openid', 'ciphertext', ...sent], [...(await table('orders')), ...(await table('facts'))]),
    ).toEqual([])
  })
})
