/** Alipay of one app, as far as the merchant can see it, beside WeChat Pay: its gateway on a port of its own, its levers in the control API. */
import { createServer } from 'node:http'
import { listen } from '../listen.ts'
import type { ControlRoutes } from '../control-router.ts'
import type { Ids } from '../ids.ts'
import type { Timeline } from '../timeline.ts'
import type { Unnumbered } from '../wire-line.ts'
import type { WireLog } from '../wire-log.ts'
import { createBillDesk } from './bill-desk.ts'
import { checkCall } from './check-call.ts'
import { alipayRoutes } from './control-routes.ts'
import { createAlipayFaults } from './faults.ts'
import { createGatewayHandler, GATEWAY_PATH } from './gateway-server.ts'
import type { AlipayRequest } from './gateway-server.ts'
import { GatewayError } from './gateway-error.ts'
import { alipayKeyBundle, createAlipayKeys, restoreAlipayKeys, saveAlipayKeys } from './keys.ts'
import type { AlipayKeyBundle } from './keys.ts'
import { createAlipayLedger } from './ledger.ts'
import { CLIENT_METHODS, createMethods, placedBy } from './methods.ts'
import { createAlipayNotifier } from './notifier.ts'
import { createAlipayOperations } from './operations.ts'
import type { AlipayOptions } from './options.ts'
import type { SavedAlipay } from './saved.ts'
import { openTrade, placeTrade } from './trades.ts'
import { lineOfCall, lineOfDelivery } from './wire-lines.ts'

const DEFAULT_SELLER = '2088531891668739'
const KEPT_REQUESTS = 500

export interface AlipayDeps {
  readonly timeline: Timeline
  readonly ids: Ids
  readonly timeoutMs: number
  readonly mayNotify: (url: string) => boolean
  readonly onChange: () => void
  readonly wire: Pick<WireLog, 'add'>
}

export interface SimulatedAlipay {
  readonly appId: string
  readonly sellerId: string
  /** In place of `https://openapi.alipay.com/gateway.do`. */
  readonly gatewayUrl: string
  readonly routes: ControlRoutes
  keys(): AlipayKeyBundle
  save(): SavedAlipay
  /** Forgets everything but the keys. */
  reset(): void
  stop(): Promise<void>
}

interface Start {
  readonly alipay?: AlipayOptions
  readonly host?: string
  readonly timeScale?: number
  readonly state?: { readonly saved_at: number; readonly alipay?: SavedAlipay }
  /** Called when a call, or an attempt to notify, is over. */
  readonly onLine: (line: Unnumbered) => void
}

/** Opens its port, where it is asked for. @throws PortError */
export async function startAlipay(
  { alipay, host, onLine, state, timeScale = 1 }: Start,
  deps: AlipayDeps,
): Promise<SimulatedAlipay | undefined> {
  if (alipay === undefined) return undefined
  const { timeline, ids, onChange, wire } = deps
  const { appId, sellerId = DEFAULT_SELLER, port = 0, mode = 'certificate' } = alipay
  const onWire = (line: Unnumbered): void => {
    wire.add(line)
    onLine(line)
  }
  // What is kept of another app is of no use to this one.
  const saved = state?.alipay?.app_id === appId ? state.alipay : undefined
  const keys =
    saved === undefined ? await createAlipayKeys(appId, mode, timeline.wall()) : restoreAlipayKeys(saved.keys)
  const ledger = createAlipayLedger(saved?.trades)
  const faults = createAlipayFaults()
  const notifier = createAlipayNotifier({
    ...deps,
    keys,
    faults,
    onAttempt(delivery, attempt) {
      onWire(lineOfDelivery(delivery, attempt))
      onChange()
    },
  })
  const operations = createAlipayOperations({ appId, sellerId, ledger, notifier, timeline, ids })
  const bills = createBillDesk({ ledger, faults, timeline, ids, sellerId, origin: () => listening.url })
  let requests: readonly AlipayRequest[] = []

  /** What a client brings is a call like any other, and nobody is answered. */
  function openLink(parameters: ReadonlyMap<string, string>) {
    const product = CLIENT_METHODS.get(parameters.get('method') ?? '')
    if (product === undefined) throw new GatewayError('40002', 'isv.invalid-method', '不存在的方法名')
    const trade = placeTrade(
      ledger,
      placedBy(product, checkCall({ appId, keys }, parameters)),
      operations.moment(),
    )
    onChange()
    return openTrade(ledger, trade.out_trade_no, operations.moment())
  }

  if (state !== undefined && saved !== undefined)
    notifier.restore(saved.notifications, (timeline.wall() - state.saved_at) * timeScale)

  const handler = createGatewayHandler({
    appId,
    keys,
    methods: createMethods({ ledger, operations, bills }),
    faults,
    bills,
    openLink,
    now: () => timeline.wall(),
    onRequest(request) {
      requests = [...requests, request].slice(-KEPT_REQUESTS)
      onWire(lineOfCall(request))
      onChange()
    },
  })
  const listening = await listen(createServer(handler), port, 'the gateway of Alipay', { host })
  const bundle = () => alipayKeyBundle(keys, { app_id: appId, seller_id: sellerId })
  const reset = () => {
    ledger.trades.clear()
    notifier.clear()
    faults.clear()
    requests = []
  }
  return {
    appId,
    sellerId,
    gatewayUrl: `${listening.url}${GATEWAY_PATH}`,
    routes: alipayRoutes({
      ledger,
      operations,
      notifier,
      faults,
      keys,
      timeline,
      openLink,
      bundle,
      requests: () => requests,
      reset,
    }),
    keys: bundle,
    save: () => ({
      app_id: appId,
      keys: saveAlipayKeys(keys),
      trades: [...ledger.trades.values()],
      notifications: notifier.save(),
    }),
    reset,
    async stop() {
      notifier.stop()
      await listening.close()
    },
  }
}
