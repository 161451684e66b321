import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { iamHeaders } from '#test/security/iam-signature.ts'
import { everythingStored } from '#test/support/stored.ts'

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly(), requireIam: true })
})
afterAll(() => flow?.stop())

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
