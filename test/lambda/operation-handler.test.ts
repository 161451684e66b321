import { describe, expect, expectTypeOf, it } from 'vitest'
import { ROUTES } from '#infra/operations/routes.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { accountsOf } from '#shared/lambda/accounts.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { aWorld } from '#test/support/world.ts'

const { logger } = aWorld()
const answer: Route = async () => jsonResponse(200, {})
const HOLD = 'POST /v1/payments/{out_trade_no}/hold'
const RELEASE = 'POST /v1/payments/{out_trade_no}/release'

const event = (routeKey: string) => ({
  routeKey,
  requestContext: { http: { method: routeKey.split(' ')[0] } },
})

describe('the handler of an operation', () => {
  it('serves the routes that the table has for it', async () => {
    const handler = operationHandler('hold', { logger, routes: { [HOLD]: answer, [RELEASE]: answer } })
    const statuses = ROUTES.map(async ({ key }) => (await handler(event(key), lambdaContext())).statusCode)
    const own = ROUTES.map(({ operation }) => (operation === 'hold' ? 200 : 404))
    expect(await Promise.all(statuses)).toEqual(own)
  })

  it('cannot be made with a route too few, one too many, or one of another operation', () => {
    const breaches = [
      // @ts-expect-error the table has a second route
      () => operationHandler('hold', { logger, routes: { [HOLD]: answer } }),
      () =>
        operationHandler('hold', {
          logger,
          // @ts-expect-error the table has no such route
          routes: { [HOLD]: answer, [RELEASE]: answer, 'GET /v1/holds': answer },
        }),
      // @ts-expect-error the route is one of close
      () => operationHandler('hold', { logger, routes: { [HOLD]: answer, [CLOSE]: answer } }),
      // @ts-expect-error the queue calls settle, no route does
      () => operationHandler('settle', { logger, routes: {} }),
    ]
    for (const breach of breaches) expectTypeOf(breach).toBeFunction()
    expect(breaches).toHaveLength(4)
  })
})

const CLOSE = 'POST /v1/payments/{out_trade_no}/close'

describe('the environment of an operation', () => {
  const env = {
    WXPAY_MCHID: '1900000109',
    WXPAY_ORDER_FORM: '1',
    ORDERS_TABLE_NAME: 'orders',
    FACTS_TABLE_NAME: 'facts',
    FACT_QUEUE_URL: 'https://queue.example.com/1/facts',
  }

  it('holds the variables of its row, whatever else there is', () => {
    const read = readEnvironment({ ...env, EVENT_TOPIC_ARN: 'arn' }, 'hold')
    const { WXPAY_MCHID, ...own } = env
    expect(read).toMatchObject({ ...own, wechat: { WXPAY_MCHID } })
    expect(read).not.toHaveProperty('EVENT_TOPIC_ARN')
    expectTypeOf(read.wechat).toEqualTypeOf<Readonly<Record<'WXPAY_MCHID', string>> | undefined>()
    // @ts-expect-error hold publishes nothing
    expect(read.EVENT_TOPIC_ARN).toBeUndefined()
  })

  it('may be without WeChat Pay, but for what only WeChat Pay has', () => {
    const { WXPAY_MCHID: _, ...own } = env
    const read = readEnvironment(own, 'hold')
    expect(read).toMatchObject({ ...own, wechat: undefined })
    expect(() => readEnvironment({}, 'notify')).toThrow(
      /WXPAY_MCHID is missing.*APIV3_KEY_SECRET_ID is missing/,
    )
  })

  it('has all of WeChat Pay or nothing', () => {
    const part = {
      ...env,
      WXPAY_STAGE: 'dev',
      WXPAY_MCHID: '',
      WXPAY_API_URL: 'https://api.mch.weixin.qq.com',
    }
    expect(() => readEnvironment(part, 'query')).toThrow(
      /^environment: WXPAY_MCHID is missing; WXPAY_API_BACKUP/,
    )
  })

  it('needs a channel, whichever', () => {
    const read = (told: object) => accountsOf(readEnvironment({ ...env, WXPAY_MCHID: '', ...told }, 'hold'))
    expect(() => read({})).toThrow(/no payment channel/)
    const alipay = { appId: '2021001161683774', gatewayUrl: 'https://openapi.alipay.com/gateway.do' }
    expect(read({ WXPAY_ALIPAY: JSON.stringify(alipay) })).toEqual({ alipay: 'alipay:2021001161683774' })
  })

  it('is refused with every name that is missing or malformed, and no value', () => {
    const broken = { ...env, WXPAY_MCHID: 'hush', FACT_QUEUE_URL: '' }
    expect(() => readEnvironment(broken, 'hold')).toThrow(
      'environment: WXPAY_MCHID must be 8 to 32 digits; FACT_QUEUE_URL is missing',
    )
  })
})
