import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillSecrets } from '#local/cloud/secrets.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { storedFacts } from '#test/support/stored.ts'
import { until } from '#test/support/until.ts'

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly(), fillSecrets: false })
})
afterAll(() => flow?.stop())

const order = { channel: 'native', out_trade_no: 'NO-KEYS-1', description: 'tea', amount: { total: 1 } }

async function notified(): Promise<number> {
  const { headers, body } = await flow.wechat.build({ event_type: 'TRANSACTION.SUCCESS', resource: {} })
  const url = `${flow.stack.apiUrl}/wechatpay/notify/payment`
  return (await fetch(url, { method: 'POST', headers, body })).status
}

const logged = (operation: string, text: string) =>
  flow.stack.logs.waitFor(
    ({ functionName, line }) =>
      functionName === flow.stack.description.functions[operation] && line.includes(text),
  )

describe('a stack whose secrets were never filled', () => {
  it('answers the merchant 503, names the secret and says what to do', async () => {
    const { status, body } = await flow.merchant.post('/v1/payments', order)
    expect([status, body['code']]).toEqual([503, 'key_unavailable'])
    expect(body['detail']).toMatch(
      /^the (merchant-signing|platform-keys) secret has no value yet: fill it \(see the README\)$/,
    )
    expect(body['action']).toBe('check that the secrets are filled (see the README) and repeat')
    await logged('prepay', 'secret has no value yet')
  })

  it('answers WeChat 503, so that it sends the notification again, names the secret in its log only, and stores nothing', async () => {
    expect(await notified()).toBe(503)
    await logged('notify', 'the platform-keys secret has no value yet')
    expect(await storedFacts(flow.stack)).toEqual([])
  })

  it('says which secret is malformed, and in which fields, without showing any of it', async () => {
    const { clients, description } = flow.stack
    const SecretString = '{"keys":"CANARY-VALUE"}'
    const SecretId = description.secrets.platform_keys
    await clients.secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }))
    // A container without any keys looks again after a second.
    const mended = logged('notify', 'the platform-keys secret cannot be used')
    const asking = until(async () => (await notified()) !== 503, 'another answer').catch(() => {})
    const { line } = await mended
    expect(line).toContain('keys')
    await clients.secretsManager.send(
      new PutSecretValueCommand({ SecretId, SecretString: '{"keys":"CANARY-OTHER"}' }),
    )
    expect(flow.stack.logs.lines().join('\n')).not.toContain('CANARY')
    await fillSecrets(clients.secretsManager, description.secrets, flow.stack.simulator!)
    await asking
  })

  it('works within seconds of the secrets being filled, without a new deployment', async () => {
    const placed = async () => (await flow.merchant.post('/v1/payments', order)).status === 200
    await until(placed, 'the order is placed')
    await flow.wechat.pay({ out_trade_no: order.out_trade_no })
    expect((await flow.merchant.event(flow.paymentKey(order.out_trade_no))).type).toBe('payment.succeeded')
  })
})
