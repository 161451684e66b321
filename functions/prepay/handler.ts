/** POST /v1/payments */
import { functionLogger, orderPorts, wechatDeps } from '#shared/lambda/function-ports.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { API_DEADLINE_MS, httpHandler } from '#shared/lambda/http-frame.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { lazy } from '#shared/lazy.ts'
import { systemPause } from '#shared/pause.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createClientParameters } from './client-parameters.ts'
import { createPrepay } from './prepay.ts'
import { parsePrepayRequest } from './schema.ts'
import { prepayView } from './view.ts'

const logger = functionLogger('prepay')

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, [
    'WXPAY_MCHID',
    'WXPAY_APPIDS',
    'WXPAY_NOTIFY_BASE_URL',
    'WXPAY_API_URL',
    'WXPAY_API_BACKUP_URL',
    'ORDERS_TABLE_NAME',
    'MERCHANT_SIGNING_SECRET_ID',
    'PLATFORM_KEYS_SECRET_ID',
  ])
  const wechat = wechatDeps(env, logger)
  return createPrepay({
    ...orderPorts(env),
    mchid: env.WXPAY_MCHID,
    appids: env.WXPAY_APPIDS.split(','),
    notifyUrl: `${env.WXPAY_NOTIFY_BASE_URL}/wechatpay/notify/payment`,
    wechat: createWechatPay(wechat),
    payParams: createClientParameters({ ...wechat, nonce: randomNonce }),
    clock: systemClock,
    pause: systemPause,
  })
})

export const handler = httpHandler({
  logger,
  deadlineMs: API_DEADLINE_MS,
  routes: {
    'POST /v1/payments': async (request, { signal }) => {
      const answer = await operation()(parsePrepayRequest(readJsonObject(request)), { signal })
      return jsonResponse(200, prepayView(answer))
    },
  },
})
