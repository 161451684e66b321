/** Attacks 48 to 52: the merchant's API. */
import { expect, it } from 'vitest'
import { json, paidOrder } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'
import { iamHeaders } from '#test/security/iam-signature.ts'
import { sendRaw } from '#test/security/raw-http.ts'
import { openRoutes } from './service.ts'

export function merchantAttacks(attacked: () => AttackedStack): void {
  const order = (changes: object = {}) => ({
    channel: 'native',
    out_trade_no: attacked().freshNumber(),
    description: 'tea',
    amount: { total: 100 },
    ...changes,
  })
  const create = (body: unknown) => attacked().merchant('POST', '/v1/payments', body)

  it('48 no signature, another key, another region, or a signature for another path: 403', async () => {
    const origin = attacked().apiUrl
    const { region } = attacked().stack.description
    const identity = { accessKeyId: 'local', secretAccessKey: 'local', region }
    const request = { origin, method: 'GET', path: '/v1/payments/ORDER-000001' }
    const forged = [
      {},
      await iamHeaders(request, { ...identity, secretAccessKey: 'guess' }),
      await iamHeaders(request, { ...identity, accessKeyId: 'AKIAOTHER' }),
      await iamHeaders(request, { ...identity, region: 'eu-west-1' }),
      await iamHeaders({ ...request, path: '/v1/payments/ORDER-000002' }, identity),
      await iamHeaders({ ...request, method: 'POST' }, identity),
    ]
    for (const headers of forged) {
      const answer = await sendRaw({
        url: origin + request.path,
        method: 'GET',
        headers: Object.entries(headers),
      })
      expect(answer.status).toBe(403)
    }
    expect((await attacked().merchant('GET', request.path)).status).toBe(404)
    // Only WeChat's own two routes are open, because WeChat cannot sign for IAM.
    expect(openRoutes()).toEqual([
      'POST /wechatpay/notify/payment',
      'POST /wechatpay/notify/refund',
      'POST /wechatpay/notify/refund-v2',
    ])
  })

  it("49 another merchant's mchid cannot be asked for: it is no field of any request", async () => {
    expect((await create(order({ mchid: '1900000999' }))).status).toBe(400)
    const paid = await paidOrder(attacked())
    const refund = { out_refund_no: `M-${paid}`, amount: { refund: 1 }, mchid: '1900000999' }
    expect((await attacked().merchant('POST', `/v1/payments/${paid}/refunds`, refund)).status).toBe(400)
    const { status } = await attacked().merchant('GET', `/v1/payments/1900000999%23${paid}`)
    expect(status).toBe(400)
  })

  it('50 the same number again: same request, same answer; other request, 409; no second refund', async () => {
    const first = order()
    expect([await create(first), await create(first)].map(({ status }) => status)).toEqual([200, 200])
    expect((await create({ ...first, amount: { total: 1 } })).status).toBe(409)
    const paid = await paidOrder(attacked())
    const refund = { out_refund_no: `I-${paid}`, amount: { refund: 600 } }
    const path = `/v1/payments/${paid}/refunds`
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => attacked().merchant('POST', path, refund)),
    )
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true)
    const other = { ...refund, amount: { refund: 601 } }
    expect((await attacked().merchant('POST', path, other)).status).toBe(409)
    const more = { out_refund_no: `J-${paid}`, amount: { refund: 401 } }
    expect(json(await attacked().merchant('POST', path, more))['code']).toBe('refund_exceeds_refundable')
    const refunds = await attacked().stack.simulator!.control.refunds()
    expect(refunds.filter(({ out_trade_no }) => out_trade_no === paid)).toHaveLength(1)
  })

  it('51 numbers with other characters or lengths than WeChat allows', async () => {
    const paid = await paidOrder(attacked())
    for (const out_refund_no of [
      '',
      'a b',
      'a#b',
      'a/b',
      'ä',
      'a\n',
      '退款',
      '../x',
      'a'.repeat(65),
      7,
      null,
    ]) {
      const body = { out_refund_no, amount: { refund: 1 } }
      expect((await attacked().merchant('POST', `/v1/payments/${paid}/refunds`, body)).status).toBe(400)
    }
    for (const out_trade_no of [
      '',
      'short',
      'a#bcdef',
      'a'.repeat(33),
      'ORDER 0001',
      'ORDER@0001',
      1234567,
    ]) {
      expect((await create(order({ out_trade_no }))).status).toBe(400)
    }
    for (const path of ['/v1/refunds/a%23b', '/v1/refunds/a%00b', '/v1/payments/ORDER%0A0001']) {
      expect((await attacked().merchant('GET', path)).status).toBe(400)
    }
  })

  it('52 answers repeat no value that was wrong and hold no secret', async () => {
    const canary = 'CANARY-6f1d'
    const answers = [
      await create(order({ description: `${canary}\u0000`, [canary]: 1, amount: { total: canary } })),
      await create(`{"${canary}`),
      await create(order({ channel: 'jsapi', payer: { openid: `${canary}\u0007` } })),
      await attacked().merchant('GET', `/v1/payments/${canary}%20`),
      await create(order()),
    ]
    const { apiv3_key, merchant } = attacked().keys()
    const secrets = [apiv3_key, merchant.at(-1)!.private_key_pem!.slice(40, 90)]
    const said = answers.map(({ body, headers }) => body + JSON.stringify(headers))
    // A name that looks like a field is repeated, so that a typing error can be found; values never are.
    for (const text of said.slice(1)) expect(text).not.toContain(canary)
    expect(said[0]).not.toContain(`${canary}\u0000`)
    for (const secret of secrets) expect(said.filter((text) => text.includes(secret))).toEqual([])
  })
}
