/** Attacks 75 to 77: whoever may invoke a function at Lambda writes its event. */
import { expect, it } from 'vitest'
import { paidOrder } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'

const REFUND = 'POST /v1/payments/{out_trade_no}/refunds'
const QUERY = 'GET /v1/payments/{out_trade_no}'

export function directAttacks(attacked: () => AttackedStack): void {
  const event = (routeKey: string, more: object = {}) => {
    const [method] = routeKey.split(' ')
    return {
      routeKey,
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method } },
      ...more,
    }
  }

  async function invoked(operation: string, given: unknown): Promise<{ status: number; body: string }> {
    const result = await attacked().stack.lambda.invoke(operation, given)
    expect(result.ok).toBe(true)
    const { statusCode, body } = JSON.parse(result.ok ? result.payload : '{}')
    return { status: statusCode, body }
  }
  const refundsOf = async (number: string) =>
    (await attacked().stack.simulator!.control.refunds()).filter(
      ({ out_trade_no }) => out_trade_no === number,
    )

  it('75 at Lambda: the route of another function is 404, and path and method beside the route decide nothing', async () => {
    const paid = await paidOrder(attacked())
    const body = JSON.stringify({ out_refund_no: `D-${paid}`, amount: { refund: 1 } })
    const asked = { pathParameters: { out_trade_no: paid }, body }
    for (const operation of ['prepay', 'query', 'list', 'close', 'hold', 'notify'])
      expect((await invoked(operation, event(REFUND, asked))).status).toBe(404)
    for (const routeKey of ['__proto__', 'constructor', `${REFUND}/`, REFUND.toLowerCase(), 'ANY /{proxy+}'])
      expect((await invoked('refund', event(routeKey, asked))).status).toBe(404)
    const misled = {
      ...asked,
      rawPath: `/v1/payments/${paid}/refunds`,
      requestContext: { http: { method: 'POST', path: `/v1/payments/${paid}/refunds` }, routeKey: REFUND },
    }
    expect(await invoked('query', event(QUERY, misled))).toMatchObject({
      status: 200,
      body: expect.stringContaining('"status":"PAID"'),
    })
    expect(await refundsOf(paid)).toEqual([])
  })

  it('76 at Lambda: a body that is no text, two bodies in one, base64 that is none or is not marked: 400', async () => {
    const paid = await paidOrder(attacked())
    const asked = { out_refund_no: `E-${paid}`, amount: { refund: 1 } }
    const text = JSON.stringify(asked)
    const pathParameters = { out_trade_no: paid }
    const bad: readonly object[] = [
      { body: asked },
      { body: [text, text] },
      { body: text + text },
      { body: text, isBase64Encoded: true },
      { body: text, isBase64Encoded: 'false' },
      { body: Buffer.from(text).toString('base64') },
      { body: `${Buffer.from(text).toString('base64')}=`, isBase64Encoded: true },
      { body: text, pathParameters: { out_trade_no: [paid] } },
      { body: text, pathParameters: null },
      { body: text, headers: [['content-type', 'application/json']] },
      { body: text, requestContext: undefined },
    ]
    for (const more of bad) {
      const { status } = await invoked('refund', event(REFUND, { pathParameters, ...more }))
      expect([more, status]).toEqual([more, 400])
    }
    for (const form of [null, 7, 'text', [], {}]) expect((await invoked('refund', form)).status).toBe(400)
    expect(await refundsOf(paid)).toEqual([])
  })

  it('77 at Lambda: without a signature 403; claims, addresses and ids of the event open, decide and say nothing', async () => {
    const { description } = attacked().stack
    const { query } = JSON.parse(description.merchant_functions!)
    const url = `${description.endpoints.lambda}/2015-03-31/functions/${encodeURIComponent(query)}/invocations`
    expect((await fetch(url, { method: 'POST', body: JSON.stringify(event(QUERY)) })).status).toBe(403)

    const canary = 'CANARY-75\n'
    const forged = {
      requestId: canary,
      stage: canary,
      http: { method: 'POST', sourceIp: '203.0.113.7', userAgent: canary },
      authorizer: { jwt: { claims: { sub: canary, scope: 'admin' } }, iam: { userArn: canary } },
    }
    const { body, headers } = attacked().genuine()
    const unsigned = { ...headers, 'wechatpay-signature': 'AAAA' }
    const notification = { body: body.toString(), headers: unsigned, requestContext: forged }
    const answers = [
      await invoked('notify', event('POST /wechatpay/notify/payment', notification)),
      await invoked('hold', event(canary, { requestContext: forged })),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 404])
    const said = [
      ...answers.map((answer) => answer.body),
      ...attacked().lines('hold'),
      ...attacked().lines('notify'),
    ]
    expect(said.filter((text) => text.includes('CANARY-75'))).toEqual([])
  })
}
