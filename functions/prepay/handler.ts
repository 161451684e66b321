/** POST /v1/payments */
import { paymentView } from '#shared/api/payment-view.ts'
import { placePortsOf } from '#shared/lambda/channels.ts'
import { factPorts } from '#shared/lambda/fact-ports.ts'
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { orderPorts } from '#shared/lambda/order-ports.ts'
import { switchPorts } from '#shared/lambda/stage-ports.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { channelNamed, forEachChannel, usualProvider } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { systemPause } from '#shared/pause.ts'
import { createPrepay } from './prepay.ts'
import { parsePrepayRequest } from './schema.ts'

const logger = functionLogger('prepay', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'prepay')
  const { switches } = switchPorts(env, logger)
  const common = {
    ...orderPorts(env),
    ...factPorts(env),
    firstLookMs: Number(env.WXPAY_FIRST_LOOK_SECONDS) * 1000,
    switches,
    clock: systemClock,
    pause: systemPause,
  }
  const onlyBackup = () => switches.isOn('backup_domain')
  return forEachChannel(placePortsOf(env, { logger, onlyBackup }), (ports) =>
    createPrepay({ ...common, ...ports }),
  )
})

export const handler = operationHandler('prepay', {
  logger,
  routes: {
    'POST /v1/payments': async (request, { signal, log }) => {
      const channels = operations()
      const asked = parsePrepayRequest(readJsonObject(request), usualProvider(channels))
      // Said whatever comes of it: the number that all later lines of the payment have is in no path here.
      log.conclude({ level: 'info', code: 'COMPLETED', fields: { out_trade_no: asked.out_trade_no } })
      const answer = await channelNamed(channels, asked.provider ?? 'wechat')(asked, { signal })
      return viewResponse(200, paymentView(answer))
    },
  },
})
