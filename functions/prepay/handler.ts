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
import { NOTIFY_ALIPAY_PATH, NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { readAlipayEnvironment } from '#shared/lambda/alipay-environment.ts'
import { alipayPorts } from '#shared/lambda/alipay-ports.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { systemPause } from '#shared/pause.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createClientParameters } from './client-parameters.ts'
import { createPrepay } from './prepay.ts'
import type { PrepayDeps } from './prepay.ts'
import { parsePrepayRequest } from './schema.ts'

const logger = functionLogger('prepay', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'prepay')
  const { switches } = switchPorts(env, logger)
  const deps = { ...wechatDeps(env, logger), onlyBackup: () => switches.isOn('backup_domain') }
  const wechat = {
    mchid: env.WXPAY_MCHID,
    appids: env.WXPAY_APPIDS.split(','),
    notifyUrl: `${env.WXPAY_NOTIFY_BASE_URL}${NOTIFY_PAYMENT_PATH}`,
    channel: createWechatPay(deps),
    payParams: createClientParameters({ ...deps, nonce: randomNonce }),
  }
  const alipay = alipayPlacing(env)
  const common = {
    ...orderPorts(env),
    ...factPorts(env),
    firstLookMs: Number(env.WXPAY_FIRST_LOOK_SECONDS) * 1000,
    switches,
    clock: systemClock,
    pause: systemPause,
  }
  return forEachChannel<Placing, ReturnType<typeof createPrepay>>(
    { wechat, ...(alipay === undefined ? {} : { alipay }) },
    (placing) => createPrepay({ ...common, ...placing }),
  )
})

type Placing = Pick<PrepayDeps, 'mchid' | 'appids' | 'notifyUrl' | 'channel' | 'payParams'>

function alipayPlacing(env: { readonly WXPAY_NOTIFY_BASE_URL: string }): Placing | undefined {
  const settings = readAlipayEnvironment(process.env)
  const ports = alipayPorts(settings, { logger })
  if (settings === undefined || ports === undefined) return undefined
  const notifyUrl = `${env.WXPAY_NOTIFY_BASE_URL}${NOTIFY_ALIPAY_PATH}`
  return { ...ports, appids: [settings.appId], notifyUrl }
}

export const handler = operationHandler('prepay', {
  logger,
  routes: {
    'POST /v1/payments': async (request, { signal, log }) => {
      const channels = operations()
      const asked = parsePrepayRequest(readJsonObject(request))
      // Said whatever comes of it: the number that all later lines of the payment have is in no path here.
      log.conclude({ level: 'info', code: 'COMPLETED', fields: { out_trade_no: asked.out_trade_no } })
      const answer = await channelNamed(channels, asked.provider ?? 'wechat')(asked, { signal })
      return viewResponse(200, paymentView(answer))
    },
  },
})
