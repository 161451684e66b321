/** Every six hours, and when notify saw an unknown serial. */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { apiV3Keys, platformKeysSecret, wechatDeps } from '#shared/lambda/wechat-keys.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { ringOfUsable } from '#shared/secrets/secret-keys.ts'
import { lazy } from '#shared/lazy.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createRotateCerts } from './rotate-certs.ts'

const logger = functionLogger('rotate-certs', process.env)

/** Runs once per container, on its first run. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'rotate-certs')
  const keys = apiV3Keys(env, logger)
  const { signing, ...wechat } = wechatDeps(env, logger)
  const known = platformKeysSecret(env)
  // Apart from the one above: its save belongs to its own load.
  const secret = platformKeysSecret(env)
  return createRotateCerts({
    wechat: createWechatPay({
      ...wechat,
      // What is stored may be nothing yet, or only what has expired or cannot be read.
      keyRing: async () => ringOfUsable(await known.load()),
      apiV3Keys: () => keys.get(),
    }),
    load: () => secret.load(),
    save: (records) => secret.save(records),
    merchantCertificate: async () => (await signing.get()).certificate,
    clock: systemClock,
    logger,
    metrics: functionMetrics('rotate-certs', env),
  })
})

export const handler = jobHandler({ logger, run: (call) => operation()(call) })
