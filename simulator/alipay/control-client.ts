/** A client of Alipay's half of the control API, for the demo, for tests, and as an example for other languages. */
import { createControlCall } from '../control-call.ts'
import type { AlipayFaultEntry, AlipayFaultInput } from './faults.ts'
import type { AlipayRequest } from './gateway-server.ts'
import type { AlipayKeyBundle } from './keys.ts'
import type { AlipayBooks, AlipayRefund } from './ledger.ts'
import type { AlipayAttempt, AlipayDelivery, AlipayDeliveryState } from './notifier.ts'
import type { AlipayMode } from './options.ts'

/** One of these says which order. */
export interface AlipayWhich {
  readonly out_trade_no?: string
  readonly qr_code?: string
  readonly pay_url?: string
  readonly order_string?: string
}

export interface TradeOnShow {
  readonly product: string
  readonly out_trade_no: string
  readonly trade_no?: string
  /** `NOT_OPENED` before its payer comes: Alipay knows no trade then. */
  readonly trade_status: string
  /** Fen. */
  readonly total: number
  readonly subject: string
  readonly notify_url?: string
  readonly refunds: readonly AlipayRefund[]
}

export interface AlipayBuildInput {
  readonly out_trade_no: string
  readonly out_request_no?: string
  readonly fields?: Readonly<Record<string, string>>
  readonly faults?: readonly AlipayFaultInput[]
}

export interface AlipayBuilt {
  readonly url: string | null
  readonly fields: Readonly<Record<string, string>>
  readonly body: string
}

export interface AlipayWait {
  readonly out_trade_no?: string
  readonly out_request_no?: string
  readonly trade_status?: string
  /** Default `delivered`. */
  readonly state?: AlipayDeliveryState
  /** Default 10,000. */
  readonly timeout_ms?: number
}

export interface AlipayControl {
  open(which: AlipayWhich): Promise<TradeOnShow>
  pay(which: AlipayWhich & { readonly buyer_id?: string }): Promise<TradeOnShow>
  giveUp(which: AlipayWhich): Promise<TradeOnShow>
  /** Refunds as a person does on the merchant platform; the order's `notify_url` is told. */
  refundElsewhere(input: {
    readonly out_trade_no: string
    readonly amount?: number
    readonly out_request_no?: string
  }): Promise<AlipayRefund>
  trades(): Promise<readonly TradeOnShow[]>
  books(): Promise<AlipayBooks>
  requests(): Promise<readonly AlipayRequest[]>
  notifications(): Promise<readonly AlipayDelivery[]>
  waitForNotification(wanted: AlipayWait): Promise<AlipayDelivery>
  resend(
    id: string,
    options?: { readonly times?: number; readonly faults?: readonly AlipayFaultInput[] },
  ): Promise<readonly AlipayAttempt[]>
  build(input: AlipayBuildInput): Promise<AlipayBuilt>
  keys(): Promise<AlipayKeyBundle>
  setMode(mode: AlipayMode): Promise<AlipayKeyBundle>
  /** Has Alipay sign with a new certificate from now on. */
  renewCertificate(): Promise<AlipayKeyBundle>
  addFault(fault: AlipayFaultInput): Promise<AlipayFaultEntry>
  faults(): Promise<readonly AlipayFaultEntry[]>
  clearFaults(id?: string): Promise<void>
  reset(): Promise<void>
}

/** Creates a client. Every method throws ControlRefusal when the simulator refuses. */
export function createAlipayControl(controlUrl: string): AlipayControl {
  const call = createControlCall(controlUrl)
  const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', `/alipay${path}`, body)
  const get = <T>(path: string): Promise<T> => call<T>('GET', `/alipay${path}`)
  const trade = async (path: string, body: unknown): Promise<TradeOnShow> =>
    (await post<{ trade: TradeOnShow }>(path, body)).trade
  return {
    open: (which) => trade('/open', which),
    pay: (which) => trade('/pay', which),
    giveUp: (which) => trade('/give-up', which),
    refundElsewhere: async (input) =>
      (await post<{ refund: AlipayRefund }>('/refunds/elsewhere', input)).refund,
    trades: async () => (await get<{ trades: TradeOnShow[] }>('/trades')).trades,
    books: () => get('/books'),
    requests: async () => (await get<{ requests: AlipayRequest[] }>('/requests')).requests,
    notifications: async () =>
      (await get<{ notifications: AlipayDelivery[] }>('/notifications')).notifications,
    waitForNotification: async (wanted) =>
      (await post<{ notification: AlipayDelivery }>('/notifications/wait', wanted)).notification,
    resend: async (id, options = {}) =>
      (await post<{ attempts: AlipayAttempt[] }>('/notifications/resend', { id, ...options })).attempts,
    build: (input) => post('/notifications/build', input),
    keys: () => get('/keys'),
    setMode: (mode) => post('/keys/mode', { mode }),
    renewCertificate: () => post('/keys/certificate'),
    addFault: async (fault) => (await post<{ fault: AlipayFaultEntry }>('/faults', fault)).fault,
    faults: async () => (await get<{ faults: AlipayFaultEntry[] }>('/faults')).faults,
    clearFaults: (id) => call('DELETE', id === undefined ? '/alipay/faults' : `/alipay/faults/${id}`),
    reset: () => post('/reset'),
  }
}
