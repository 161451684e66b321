/** POST /v1/payments */
import { paymentView } from '#shared/api/payment-view.ts'
import {
  factPorts,
  functionLogger,
  orderPorts,
  switchPorts,
  wechatDeps,
} from '#shared/lambda/function-ports.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { lazy } from '#shared/lazy.ts'
import { systemPause } from '#shared/pause.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createClientParameters } from './client-parameters.ts'
import { createPrepay } from './prepay.ts'
import { parsePrepayRequest } from './schema.ts'

const logger = functionLogger('prepay', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'prepay')
  const { switches } = switchPorts(env, logger)
  const wechat = { ...wechatDeps(env, logger), onlyBackup: () => switches.isOn('backup_domain') }
  return createPrepay({
    ...orderPorts(env),
    ...factPorts(env),
    mchid: env.WXPAY_MCHID,
    appids: env.WXPAY_APPIDS.split(','),
    firstLookMs: Number(env.WXPAY_FIRST_LOOK_SECONDS) * 1000,
    notifyUrl: `${env.WXPAY_NOTIFY_BASE_URL}${NOTIFY_PAYMENT_PATH}`,
    channel: createWechatPay(wechat),
    payParams: createClientParameters({ ...wechat, nonce: randomNonce }),
    switches,
    clock: systemClock,
    pause: systemPause,
  })
})

export const handler = operationHandler('prepay', {
  logger,
  routes: {
    'POST /v1/payments': async (request, { signal, log }) => {
      const prepay = operation()
      const asked = parsePrepayRequest(readJsonObject(request))
      // Said whatever comes of it: the number that all later lines of the payment have is in no path here.
      log.conclude({ level: 'info', code: 'COMPLETED', fields: { out_trade_no: asked.out_trade_no } })
      const answer = await prepay(asked, { signal })
      return viewResponse(200, paymentView(answer))
    },
  },
})
