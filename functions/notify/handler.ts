/** POST /wechatpay/notify/payment and POST /wechatpay/notify/refund: called by WeChat, open to the world. */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { recordingPorts } from '#shared/lambda/queue-ports.ts'
import { apiV3Keys, keyRefreshPort, platformKeys } from '#shared/lambda/wechat-keys.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { checkJsonBody } from '#shared/api/json-body.ts'
import { parseNoticeTypes } from '#shared/notice-types.ts'
import { acknowledged, notAcknowledged, notifyError } from './notify-response.ts'
import { lazy } from '#shared/lazy.ts'
import { createNotify, RELOAD_AFTER_MS } from './notify.ts'
import type { Delivery } from './notify.ts'
import type { NotifyResult } from './verdict.ts'

/** A real notification has about 1 KB. */
const MAX_BODY_BYTES = 64 * 1024

const ANSWERS: Readonly<Record<Exclude<NotifyResult, 'accepted'>, number>> = {
  unverified: 401,
  refused: 400,
  unreadable: 503,
}

const logger = functionLogger('notify', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'notify')
  const keys = platformKeys(env, logger)
  const apiV3 = apiV3Keys(env, logger)
  return createNotify({
    ...recordingPorts(env),
    mchid: env.WXPAY_MCHID,
    appids: env.WXPAY_APPIDS.split(','),
    noticeTypes: parseNoticeTypes(env.WXPAY_NOTICE_TYPES) ?? new Map(),
    keyRing: () => keys.fresh() ?? keys.get(),
    reloadKeyRing: () => keys.refresh(RELOAD_AFTER_MS),
    keyRefresh: keyRefreshPort(env, logger),
    apiV3Keys: () => apiV3.fresh() ?? apiV3.get(),
    reloadApiV3Keys: () => apiV3.refresh(RELOAD_AFTER_MS),
    clock: systemClock,
    metrics: functionMetrics('notify', env),
  })
})

function route(kind: Delivery['kind']): Route {
  return async (request, { log }) => {
    checkJsonBody(request, MAX_BODY_BYTES)
    const { headers, body, requestId: correlationId } = request
    const result = await operation()({ kind, headers, body, correlationId }, log)
    return result === 'accepted' ? acknowledged() : notAcknowledged(ANSWERS[result])
  }
}

export const handler = operationHandler('notify', {
  logger,
  routes: {
    'POST /wechatpay/notify/payment': route('payment'),
    'POST /wechatpay/notify/refund': route('refund'),
  },
  onError: notifyError,
})
