import { describe, expect, it } from 'vitest'
import type { CallBudget } from '#shared/http/call-budget.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import type { TransportRequest } from '#shared/http/transport.ts'

/** Whether the budget is told that the exchange failed. */
async function fails(method: TransportRequest['method'], status: number, code?: string): Promise<boolean> {
  let failed: boolean | undefined
  const budget: CallBudget = {
    async run(call, turn) {
      const answer = await call()
      failed = turn.fails(answer)
      return answer
    },
    quietFrom: 0,
  }
  const answer = {
    status,
    headers: {},
    body: Buffer.from(code === undefined ? '' : JSON.stringify({ code })),
  }
  const request = {
    method,
    origin: 'https://primary.example',
    path: '/',
    headers: {},
    freshConnection: false,
  }
  expect(await limitedTransport({ send: async () => answer }, budget).send(request)).toBe(answer)
  return failed!
}

describe('an exchange', () => {
  it.each([
    ['a success', 'GET', 200, undefined, false],
    ['a success without a body', 'POST', 204, undefined, false],
    ['one that is not done yet', 'POST', 202, undefined, true],
    ['an order that WeChat does not know', 'GET', 404, 'ORDER_NOT_EXIST', false],
    ['a refund that WeChat does not know', 'GET', 404, 'RESOURCE_NOT_EXISTS', false],
    ['a refund of an order that WeChat does not know', 'POST', 404, 'RESOURCE_NOT_EXISTS', true],
    ['a 404 of who knows whom', 'GET', 404, undefined, true],
    ['a refusal', 'POST', 403, 'NOT_ENOUGH', true],
    ['a rate limit', 'GET', 429, 'FREQUENCY_LIMITED', true],
    ['a server error', 'GET', 500, 'SYSTEM_ERROR', true],
  ] as const)('that ends with %s counts as failed or not', async (_, method, status, code, counts) => {
    expect(await fails(method, status, code)).toBe(counts)
  })
})
