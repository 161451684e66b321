/** The client against a server: what it sends, when it sends again, how a call ends. */
import { describe, expect, it } from 'vitest'
import type { WechatPayments } from '#client/wechat-payments.ts'
import { MERCHANT_ROUTES } from '#contract/routes.ts'
import { allErrorKinds } from '#shared/errors.ts'
import { documentedPath } from '#contract/check/expect-documented.ts'
import { api, KEYS, made, pay, serveClient } from './fixture.ts'
import { CALLS, failed, refund } from './calls.ts'

const problem = (code: string, status = 503) => ({
  status,
  body: {
    type: `urn:wxpay:problem:${code}`,
    title: 'the title',
    title_zh: '标题',
    status,
    code,
    action: 'do',
    action_zh: '做',
    request_id: 'r-1',
    wechat_code: 'NOT_ENOUGH',
  },
})

describe.each([
  ['the API', 'execute-api'],
  ['Lambda', 'lambda'],
] as const)('by %s', (way, service) => {
  serveClient(way)

  describe('the provider', () => {
    it('goes with the number, whatever else is asked', async () => {
      const urls: string[] = []
      for (const call of [
        (client: WechatPayments) => client.closePayment('ORDER-1', { provider: 'alipay' }),
        (client: WechatPayments) => client.queryPayment('ORDER-1', { refresh: true, provider: 'alipay' }),
        (client: WechatPayments) => client.listPayments({ provider: 'alipay' }),
      ]) {
        api.answerWith({ status: 200, body: {} })
        await call(pay)
        urls.push(...api.sent.map(({ url }) => url))
      }
      expect(urls).toEqual([
        '/v1/payments/ORDER-1/close?provider=alipay',
        '/v1/payments/ORDER-1?refresh=true&provider=alipay',
        '/v1/payments?provider=alipay',
      ])
      await expect(pay.queryRefund('R1', { provider: 'paypal' as never })).rejects.toThrow(
        /options\.provider/,
      )
    })
  })

  describe('a method', () => {
    it('is there for every route', () => {
      expect(Object.keys(CALLS).toSorted()).toEqual(
        Object.values(MERCHANT_ROUTES)
          .map(({ id }) => id)
          .toSorted(),
      )
    })

    it.each(Object.entries(CALLS))('%s sends its route, signed, and gives the answer', async (name, call) => {
      api.answerWith({ status: 200, body: { status: 'PAID' } })
      expect(await call(pay)).toEqual({ status: 'PAID' })
      const [{ method, url, headers }] = api.sent as [(typeof api.sent)[number]]
      const [key] = Object.entries(MERCHANT_ROUTES).find(([, { id }]) => id === name)!
      expect(`${method} ${documentedPath(method, url)}`).toBe(key)
      expect(url).not.toMatch(/[|*@]/)
      expect(headers['authorization']).toMatch(
        new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/cn-north-1/${service}/aws4_request, `),
      )
      expect(headers['x-amz-security-token']).toBe(KEYS.sessionToken)
      expect(JSON.stringify(headers)).not.toContain(KEYS.secretAccessKey)
    })

    it('hands on the caller’s ids, and asks a provider each time', async () => {
      api.answerWith()
      let asked = 0
      const client = made({ credentials: async () => ({ ...KEYS, accessKeyId: `AKID${(asked += 1)}` }) })
      const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
      await client.queryPayment('ORDER-1', { requestId: 'mine-1', traceparent })
      await client.queryPayment('ORDER-1')
      expect(api.sent[0]!.headers).toMatchObject({ 'x-request-id': 'mine-1', traceparent })
      expect(api.sent[1]!.headers['authorization']).toContain('Credential=AKID2/')
    })
  })

  describe('a failure', () => {
    it.each(allErrorKinds())(
      '%s is sent again only where its action says so',
      async (code, { status, action }) => {
        api.answerWith(problem(code, status), problem(code, status), problem(code, status))
        const error = await failed(pay.createRefund('ORDER-1', refund))
        const repeats =
          status >= 500 && action.includes('repeat the same request') && !action.includes('once the')
        expect([error.code, error.attempts, api.sent.length]).toEqual([
          code,
          repeats ? 3 : 1,
          repeats ? 3 : 1,
        ])
        expect(new Set(api.sent.map(({ body }) => body)).size).toBe(1)
      },
    )

    it('has what the API tells', async () => {
      api.answerWith(problem('wechat_refused', 422))
      expect(await failed(pay.createRefund('ORDER-1', refund))).toMatchObject({
        name: 'WechatPaymentsError',
        message: 'the title',
        title: 'the title',
        title_zh: '标题',
        status: 422,
        action: 'do',
        action_zh: '做',
        request_id: 'r-1',
        wechat_code: 'NOT_ENOUGH',
        errors: [],
      })
    })

    it('is over when the next attempt is answered', async () => {
      api.answerWith('reset', problem('storage_unavailable'), { status: 202, body: { status: 'UNKNOWN' } })
      expect(await pay.createRefund('ORDER-1', refund)).toEqual({ status: 'UNKNOWN' })
    })

    it('is not waited for longer than timeoutMs', async () => {
      api.answerWith('silence')
      const error = await failed(made({ timeoutMs: 20, retries: 0 }).queryPayment('ORDER-1'))
      expect(error.code).toBe('unreachable')
    })
  })

  describe('a signal', () => {
    it('ends a call, one under way, one that waits to be repeated, and one that was never sent', async () => {
      const reason = new Error('enough')
      const gone = AbortSignal.abort(reason)
      api.answerWith('silence')
      await expect(pay.queryPayment('ORDER-1', { signal: gone })).rejects.toBe(reason)
      expect(api.sent).toEqual([])
      for (const answer of ['silence', problem('storage_unavailable')] as const) {
        api.answerWith(answer)
        const controller = new AbortController()
        const heard = api.nextRequest()
        const call = made({ retryDelayMs: 60_000 }).queryPayment('ORDER-1', { signal: controller.signal })
        await heard
        controller.abort(reason)
        await expect(call).rejects.toBe(reason)
        expect(api.sent).toHaveLength(1)
      }
    })
  })
})
