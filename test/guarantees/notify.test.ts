import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { notifyError } from '#functions/notify/notify-response.ts'
import { NOTIFY_DEADLINE_MS } from '#shared/time-limits.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { aWorld } from '#test/support/world.ts'

const ROUTE = 'POST /wechatpay/notify/payment'
const event = {
  routeKey: ROUTE,
  body: '{}',
  isBase64Encoded: false,
  requestContext: { requestId: 'gateway-1', http: { method: 'POST' } },
}

async function statusOf(route: Route): Promise<number> {
  const { logger } = aWorld()
  const handler = httpHandler({
    logger,
    deadlineMs: NOTIFY_DEADLINE_MS,
    routes: { [ROUTE]: route },
    onError: notifyError,
  })
  return (await handler(event, lambdaContext())).statusCode
}

describe('notify asks WeChat to come again', () => {
  it.each(['storage_unavailable', 'storage_conflict', 'key_unavailable', 'config_invalid'] as const)(
    'when it fails with %s',
    async (code) => {
      expect(await statusOf(() => Promise.reject(new AppError(code)))).toBe(503)
    },
  )

  it('when anything unexpected happens', async () => {
    expect(await statusOf(() => Promise.reject(new TypeError('x')))).toBe(503)
  })
})
