/** WeChat Pay APIv3 of one merchant, as far as the merchant can see it: everything wired together on local ports. */
import { systemClock } from '#shared/clock.ts'
import type { Clock } from '#shared/clock.ts'
import { createApiHandler } from './api-server.ts'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createControlClient } from './control-client.ts'
import type { ControlClient } from './control-client.ts'
import { keyBundle, keyRoutes } from './control-keys.ts'
import type { KeyBundle } from './control-keys.ts'
import { notificationRoutes } from './control-notifications.ts'
import { payerRoutes } from './control-payer.ts'
import { createControlHandler } from './control-router.ts'
import { systemRoutes } from './control-system.ts'
import { createFaults } from './faults.ts'
import { createIds } from './ids.ts'
import { createKeys } from './keys.ts'
import type { KeyMode } from './keys.ts'
import { createLedger } from './ledger.ts'
import { listen } from './listen.ts'
import type { Listening } from './listen.ts'
import { createNotifier } from './notifier.ts'
import { createOperations } from './operations.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRoutes } from './routes.ts'
import { createTimeline } from './timeline.ts'

const MINUTE_MS = 60_000
const KEEP_ALIVE_MS = 60_000

export interface SimulatorOptions {
  readonly mchid: string
  /** The appids bound to the merchant. */
  readonly appids: readonly string[]
  /** Ports on 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number
  readonly backupPort?: number
  readonly controlPort?: number
  /** Default: the machine's clock. */
  readonly clock?: Clock
  /** `manual`: retries and refunds happen only by `advance`. Default `real`. */
  readonly timers?: 'real' | 'manual'
  /** Divides every wait of WeChat's schedules. Default 1. */
  readonly timeScale?: number
  /** WeChat's time until a refund settles; `manual`: only by command. Default 5 minutes. */
  readonly refundDelayMs?: number | 'manual'
  /** Least time between two refunds of an order. Default 0; WeChat's rule is one minute. */
  readonly refundSpacingMs?: number
  /** Default `certificate`. */
  readonly mode?: KeyMode
  /** Share of notifications signed by the public key in mode `mixed`. Default 0.5. */
  readonly publicKeyShare?: number
  /** Enforces 150 good and 6 failing calls a second. Default false. */
  readonly rateLimits?: boolean
  /** Time that a notified server has to answer, never scaled. Default 5000. */
  readonly notifyTimeoutMs?: number
  /** A merchant API certificate of the caller's own; one is issued otherwise. */
  readonly merchantCertificatePem?: string
  /** Its private key, only to be handed out again by the control API. */
  readonly merchantPrivateKeyPem?: string
  /** 32 characters; generated otherwise. */
  readonly apiv3Key?: string
  /** Numbers in [0, 1). Default Math.random. */
  readonly random?: () => number
}

export interface Simulator {
  readonly mchid: string
  readonly appids: readonly string[]
  /** Base URL in place of `https://api.mch.weixin.qq.com`. */
  readonly url: string
  /** Base URL in place of `https://api2.mch.weixin.qq.com`. */
  readonly backupUrl: string
  readonly controlUrl: string
  /** A client of the control API. */
  readonly control: ControlClient
  /** All key material as it is now. */
  keys(): KeyBundle
  /** Jumps ahead by WeChat's time and runs what falls due; resolves when every delivery in it is over. */
  advance(ms: number): Promise<void>
  stop(): Promise<void>
}

function withControl(api: RequestListener, control: RequestListener): RequestListener {
  return (request, response) =>
    (request.url?.startsWith('/_control/') === true ? control : api)(request, response)
}

/**
 * Starts a simulator on three local ports: primary domain, backup domain, control API.
 *
 * @throws PortError for a port in use, KeyError for given key material that cannot be used.
 * @example
 * const simulator = await startSimulator({ mchid: '1900000100', appids: ['wx0123456789abcdef'] })
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { mchid, appids, timeScale = 1, random = Math.random } = options
  const timeline = createTimeline({
    clock: options.clock ?? systemClock,
    timeScale,
    timers: options.timers ?? 'real',
  })
  const ids = createIds(random)
  const keys = await createKeys(
    {
      mchid,
      mode: options.mode ?? 'certificate',
      publicKeyShare: options.publicKeyShare ?? 0.5,
      apiv3Key: options.apiv3Key,
      merchantCertificatePem: options.merchantCertificatePem,
      merchantPrivateKeyPem: options.merchantPrivateKeyPem,
    },
    ids,
    timeline.wall(),
  )
  const ledger = createLedger()
  const faults = createFaults()
  const notifier = createNotifier({
    keys,
    ids,
    faults,
    timeline,
    random,
    timeoutMs: options.notifyTimeoutMs ?? 5000,
  })
  const { refundDelayMs = 5 * MINUTE_MS, refundSpacingMs = 0, rateLimits = false } = options
  const operations = createOperations({
    ledger,
    timeline,
    notifier,
    faults,
    ids,
    refundDelayMs,
    refundSpacingMs,
  })
  const routes = createRoutes({ mchid, appids, operations, keys, ids })
  const api = { mchid, keys, ids, faults, timeline, routes, rateLimit: createRateLimit(rateLimits) }
  const control = createControlHandler({
    ...payerRoutes({ ledger, operations, timeline, keys, mchid }),
    ...keyRoutes({ mchid, appids, keys, ids, timeline }),
    ...notificationRoutes({ ledger, notifier, keys, ids, timeline, random }),
    ...systemRoutes({
      faults,
      timeline,
      ledger,
      notifier,
      timeScale,
      setPrimary: (available) => primary.setAvailable(available),
    }),
  })

  const open: Listening[] = []
  const stop = async (): Promise<void> => {
    timeline.stop()
    notifier.stop()
    await Promise.all(open.map((listening) => listening.close()))
  }
  const openNext = async (purpose: string, port: number, handler: RequestListener): Promise<Listening> => {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler)
    const listening = await listen(server, port, purpose)
    open.push(listening)
    return listening
  }
  const apiOf = (host: 'primary' | 'backup') => createApiHandler(host, api)
  let primary: Listening
  try {
    // Who knows the primary URL alone finds the control API there as well.
    primary = await openNext('the primary domain', options.port ?? 0, withControl(apiOf('primary'), control))
    const backup = await openNext('the backup domain', options.backupPort ?? 0, apiOf('backup'))
    const { url: controlUrl } = await openNext('the control API', options.controlPort ?? 0, control)
    return {
      mchid,
      appids,
      url: primary.url,
      backupUrl: backup.url,
      controlUrl,
      control: createControlClient(controlUrl),
      keys: () => keyBundle({ mchid, appids, keys }),
      advance: (ms) => timeline.advance(ms),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
