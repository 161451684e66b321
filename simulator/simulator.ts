/** WeChat Pay APIv3 of one merchant, as far as the merchant can see it: everything wired together on local ports. */
import { systemClock } from '#shared/clock.ts'
import { createApiHandler } from './api-server.ts'
import { createBillFiles } from './bill-files.ts'
import { createBillRoutes } from './bill-routes.ts'
import { createCombineRoutes } from './combine-routes.ts'
import { createCombinedOperations } from './combined-operations.ts'
import { createControlClient } from './control-client.ts'
import type { ControlClient } from './control-client.ts'
import { keyBundle, keyRoutes } from './control-keys.ts'
import type { KeyBundle } from './control-keys.ts'
import { merchantRoutes } from './control-merchant.ts'
import { notificationRoutes } from './control-notifications.ts'
import { payerRoutes } from './control-payer.ts'
import { requestRoutes } from './control-requests.ts'
import { createControlHandler } from './control-router.ts'
import { systemRoutes } from './control-system.ts'
import { wireRoutes } from './control-wire.ts'
import { createFaults, primaryIsDown } from './faults.ts'
import { createSideDoor } from './front-door.ts'
import { startGuests } from './guests.ts'
import type { GuestsOnShow } from './guests.ts'
import { createIds } from './ids.ts'
import { restoreLedger } from './ledger-state.ts'
import { createLedger } from './ledger.ts'
import { createNotifier } from './notifier.ts'
import { createNotifyHosts } from './notify-hosts.ts'
import { createOperations } from './operations.ts'
import { openKeys } from './open-keys.ts'
import { createPayerPage, PAYER_PATH } from './payer-page.ts'
import { createPayer } from './payer.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRequestLog } from './request-log.ts'
import { createRoutes } from './routes.ts'
import { createEchoRoute } from './security-echo.ts'
import { openServers } from './servers.ts'
import type { Servers } from './servers.ts'
import { createSharingRoutes } from './sharing-routes.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import { captureState } from './state.ts'
import type { SimulatorState } from './state.ts'
import { createTimeline } from './timeline.ts'
import { createTlsAuthority, createTlsIdentity, servedNames } from './tls-identity.ts'
import type { TlsIdentity } from './tls-identity.ts'
import { lineOfAttempt, lineOfRequest } from './wire-line.ts'
import { createWireLog } from './wire-log.ts'

const MINUTE_MS = 60_000

export interface Simulator extends GuestsOnShow {
  readonly mchid: string
  readonly appids: readonly string[]
  /** Base URL in place of `https://api.mch.weixin.qq.com`. */
  readonly url: string
  /** Base URL in place of `https://api2.mch.weixin.qq.com`. */
  readonly backupUrl: string
  readonly controlUrl: string
  /** The page on which people pay by hand. */
  readonly payerUrl: string
  /** Of the forward proxy, where there is one. */
  readonly proxyUrl: string | undefined
  /** Certificate of the authority that vouches for HTTPS, where anything is served so. */
  readonly caCertificatePem: string | undefined
  /** A client of the control API. */
  readonly control: ControlClient
  /** All key material as it is now. */
  keys(): KeyBundle
  /** Jumps ahead by WeChat's time and runs what falls due; resolves when every delivery in it is over. */
  advance(ms: number): Promise<void>
  /** Everything that it knows, for `SimulatorOptions.state` of a later run. */
  state(): SimulatorState
  stop(): Promise<void>
}

/**
 * Starts a simulator on three local ports: primary domain, backup domain, control API.
 *
 * @throws PortError for a port in use, KeyError for given key material that cannot be used.
 * @example
 * const simulator = await startSimulator({ mchid: '1900000100', appids: ['wx0123456789abcdef'] })
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { mchid, appids, timeScale = 1, random = Math.random, state } = options
  const onChange = options.onChange ?? (() => undefined)
  const timeline = createTimeline({
    clock: options.clock ?? systemClock,
    timeScale,
    timers: options.timers ?? 'real',
    skipped: state?.skipped ?? 0,
  })
  const ids = createIds(random, state?.given)
  const keys = await openKeys(options, ids, timeline.wall())
  const ledger = state === undefined ? createLedger() : restoreLedger(state.ledger)
  const faults = createFaults()
  const wire = createWireLog()
  const timeoutMs = options.notifyTimeoutMs ?? 5000
  const mayNotify = createNotifyHosts(options.notifyHosts ?? [])
  const notifier = createNotifier({
    keys,
    ids,
    faults,
    timeline,
    random,
    timeoutMs,
    mayNotify,
    onAttempt(delivery, attempt) {
      wire.add(lineOfAttempt(delivery, attempt))
      options.onAttempt?.(delivery, attempt)
      onChange()
    },
  })
  const { refundDelayMs = 5 * MINUTE_MS, refundSpacingMs = 0, rateLimits = false } = options
  const operations = createOperations({
    mchid,
    ledger,
    timeline,
    notifier,
    faults,
    ids,
    refundDelayMs,
    refundSpacingMs,
  })
  const combined = createCombinedOperations({ ledger, timeline, notifier, ids })
  const routes = [
    ...createRoutes({ mchid, appids, operations, keys, ids }),
    ...createCombineRoutes({ mchid, appids }, combined),
    createEchoRoute({ keys, ids, notifier, timeline }),
    ...createSharingRoutes({ mchid, ledger, timeline, ids }),
    ...createBillRoutes({ mchid, ledger, timeline, faults, files: createBillFiles(ids) }),
  ]
  const requests = createRequestLog({
    merchant: () => ({
      mchid,
      certificates: keys.merchant,
      platformSerials: [...keys.platform.map(({ serial }) => serial), keys.publicKey.id],
    }),
    now: () => timeline.wall(),
    onRequest(entry) {
      wire.add(lineOfRequest(entry))
      options.onRequest?.(entry)
      if (entry.method !== 'GET') onChange()
    },
  })
  const rateLimit = createRateLimit(rateLimits)
  const payer = createPayer({ ledger, operations, combined, timeline })
  const isOpen = options.controlHost !== undefined
  const guests = await startGuests(options, { timeline, ids, timeoutMs, mayNotify, onChange, wire })
  const api = { mchid, keys, ids, faults, timeline, routes, rateLimit, requests }
  const controlRoutes = {
    ...payerRoutes({
      ledger,
      operations,
      combined,
      timeline,
      keys,
      payer,
      payerUrl: (number) => `${servers.control.url}${PAYER_PATH}?out_trade_no=${encodeURIComponent(number)}`,
    }),
    ...keyRoutes({ mchid, appids, keys, ids, timeline }),
    ...notificationRoutes({ mchid, ledger, notifier, keys, ids, timeline, random }),
    ...requestRoutes(requests),
    ...wireRoutes(wire),
    ...guests.routes,
    ...merchantRoutes({ mchid, keys, timeline, apiUrl: () => servers.primary.url }),
    ...systemRoutes({
      faults,
      timeline,
      ledger,
      notifier,
      requests,
      wire,
      timeScale,
      setPrimary: (available) => servers.primary.setAvailable(available),
    }),
  }
  if (state !== undefined) {
    notifier.restore(state.notifications, (timeline.wall() - state.saved_at) * timeScale)
    operations.resume()
  }
  const tls = await tlsOf(options, timeline.wall())
  const servers: Servers = await openServers({
    options,
    api: { primary: createApiHandler('primary', api), backup: createApiHandler('backup', api) },
    control: createSideDoor(
      createControlHandler(controlRoutes, { isOpen, onChange }),
      createPayerPage({ payer, ledger, timeline, isOpen, onChange }),
    ),
    tls,
    isUp: (domain) => domain === 'backup' || !primaryIsDown(faults),
  }).catch(async (error: unknown) => {
    await guests.stop()
    throw error
  })
  return {
    mchid,
    appids,
    url: servers.primary.url,
    backupUrl: servers.backup.url,
    controlUrl: servers.control.url,
    payerUrl: `${servers.control.url}${PAYER_PATH}`,
    proxyUrl: servers.proxy?.url,
    caCertificatePem: tls?.authority.certificate_pem,
    control: createControlClient(servers.control.url),
    ...guests.onShow(servers.control.url),
    keys: () => keyBundle({ mchid, appids, keys }),
    advance: (ms) => timeline.advance(ms),
    state: () =>
      captureState({
        mchid,
        timeline,
        ids,
        keys,
        tls: tls?.authority,
        ledger,
        notifier,
        guests: guests.save(),
      }),
    async stop() {
      timeline.stop()
      notifier.stop()
      await Promise.all([servers.close(), guests.stop()])
    },
  }
}

async function tlsOf(
  { https, proxyPort, host, tlsNames = [], state }: SimulatorOptions,
  now: number,
): Promise<TlsIdentity | undefined> {
  if (https !== true && proxyPort === undefined) return undefined
  const names = servedNames([
    ...tlsNames,
    ...(host === undefined || /^(?:0\.0\.0\.0|::)$/.test(host) ? [] : [host]),
  ])
  const kept = state?.tls?.names.toString() === names.toString() ? state.tls : undefined
  return createTlsIdentity(kept ?? (await createTlsAuthority(names, now)), now)
}
