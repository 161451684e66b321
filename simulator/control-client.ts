/** A client of the simulator's control API, for the demo, for tests, and as an example for other languages. */
import { createControlCall } from './control-call.ts'
import type { KeyBundle } from './control-keys.ts'
import type { FaultEntry, FaultInput } from './faults.ts'
import type { KeyMode } from './keys.ts'
import type { Books } from './ledger.ts'
import type { Attempt, Delivery, DeliveryState } from './notifier.ts'

/** One of these says which order; a code, link or prepay_id is also checked for its validity. */
export interface Which {
  readonly out_trade_no?: string
  readonly combine_out_trade_no?: string
  readonly code_url?: string
  readonly h5_url?: string
  readonly prepay_id?: string
}

export interface PayerInput {
  readonly openid?: string
  readonly bank_type?: string
  /** Fen. */
  readonly coupon?: number
}

export interface OrderOnShow {
  readonly out_trade_no: string
  readonly trade_state: string
  readonly transaction_id?: string
  readonly description: string
  readonly channel: string
  readonly notify_url: string
  /** In a list: what the QR code says, of a native payment. */
  readonly code_url?: string
  /** In a list: the page on which it is paid by hand. */
  readonly payer_url?: string
  readonly amount: { readonly total: number; readonly payer_total?: number; readonly currency: string }
  readonly refunds: readonly string[]
}

/** Orders that are paid together. */
export interface CombinedOnShow {
  readonly combine_out_trade_no: string
  readonly combine_mchid: string
  readonly channel: string
  readonly notify_url: string
  readonly sub_orders: readonly {
    readonly mchid: string
    readonly sub_mchid?: string
    readonly out_trade_no: string
    readonly trade_state: string
    readonly transaction_id?: string
    readonly amount: { readonly total_amount: number; readonly payer_amount?: number }
  }[]
}

export interface RefundOnShow {
  readonly refund_id: string
  readonly out_refund_no: string
  readonly out_trade_no: string
  readonly transaction_id: string
  readonly status: string
  readonly amount: { readonly total: number; readonly refund: number }
}

export interface Built {
  readonly id: string
  /** Where WeChat would send it. */
  readonly url: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly resource: Readonly<Record<string, unknown>>
}

export interface BuildInput {
  readonly out_trade_no?: string
  readonly combine_out_trade_no?: string
  readonly out_refund_no?: string
  readonly event_type?: string
  /** Laid over the real content, or the content itself. */
  readonly resource?: Readonly<Record<string, unknown>>
  readonly sign_with?: 'certificate' | 'public_key'
  readonly faults?: readonly FaultInput[]
}

export interface SendInput {
  readonly url: string
  readonly event_type: string
  readonly resource?: Readonly<Record<string, unknown>>
  readonly original_type?: string
  readonly associated_data?: string
  readonly summary?: string
}

export interface WaitInput {
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly event_type?: string
  /** Default `delivered`. */
  readonly state?: DeliveryState
  /** Default 10,000. */
  readonly timeout_ms?: number
}

export interface ElsewhereInput {
  readonly out_trade_no: string
  /** Fen; default: all that is left. */
  readonly amount?: number
  readonly out_refund_no?: string
  readonly reason?: string
  readonly funds_account?: 'AVAILABLE' | 'UNSETTLED'
  /** Gets the notice in the XML of APIv2. Default: nobody is told. */
  readonly notify_url?: string
  /** Default `SUCCESS`. */
  readonly status?: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'
}

export interface SimulatorTime {
  readonly wall: number
  readonly now: number
  readonly time_scale: number
}

export interface ControlClient {
  open(which: Which): Promise<OrderOnShow>
  /** Checks the parameters that a page or app hands to the WeChat client, signature included. */
  invoke(parameters: Readonly<Record<string, string>>): Promise<OrderOnShow>
  pay(input: Which & PayerInput): Promise<OrderOnShow>
  giveUp(which: Which): Promise<OrderOnShow>
  /** The same for orders that are paid together, by their number or ticket. */
  openCombined(which: Which): Promise<CombinedOnShow>
  invokeCombined(parameters: Readonly<Record<string, string>>): Promise<CombinedOnShow>
  payCombined(input: Which & PayerInput): Promise<CombinedOnShow>
  combined(): Promise<readonly CombinedOnShow[]>
  finishRefund(outRefundNo: string, status?: 'SUCCESS' | 'CLOSED' | 'ABNORMAL'): Promise<RefundOnShow>
  /** Refunds as a person does on the merchant platform, of which nobody is notified. */
  refundElsewhere(input: ElsewhereInput): Promise<RefundOnShow>
  orders(): Promise<readonly OrderOnShow[]>
  refunds(): Promise<readonly RefundOnShow[]>
  books(): Promise<Books>
  notifications(): Promise<readonly Delivery[]>
  waitForNotification(wanted: WaitInput): Promise<Delivery>
  resend(
    id: string,
    options?: { readonly times?: number; readonly faults?: readonly FaultInput[] },
  ): Promise<readonly Attempt[]>
  build(input: BuildInput): Promise<Built>
  /** Sends a notification of any type, on WeChat's schedule for it. */
  send(input: SendInput): Promise<Delivery>
  keys(): Promise<KeyBundle>
  setMode(mode: KeyMode, publicKeyShare?: number): Promise<KeyBundle>
  addCertificate(options?: { readonly activate?: boolean }): Promise<KeyBundle>
  activateCertificate(serialNo: string): Promise<KeyBundle>
  retireCertificate(serialNo: string): Promise<KeyBundle>
  /** Issues certificates of SM2, if there are none, and says whether notifications use them. */
  useSm2(notifies?: boolean): Promise<KeyBundle>
  resetApiv3Key(): Promise<KeyBundle>
  addMerchantCertificate(): Promise<KeyBundle>
  retireMerchantCertificate(serialNo: string): Promise<KeyBundle>
  addFault(fault: FaultInput): Promise<FaultEntry>
  faults(): Promise<readonly FaultEntry[]>
  clearFaults(id?: string): Promise<void>
  time(): Promise<SimulatorTime>
  advance(ms: number): Promise<SimulatorTime>
  flush(): Promise<SimulatorTime>
  reset(): Promise<void>
}

/** Creates a client. Every method throws ControlRefusal when the simulator refuses. */
export function createControlClient(controlUrl: string): ControlClient {
  const call = createControlCall(controlUrl)
  const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body)
  const get = <T>(path: string): Promise<T> => call<T>('GET', path)
  const order = async (path: string, body: unknown): Promise<OrderOnShow> =>
    (await post<{ order: OrderOnShow }>(path, body)).order

  const combined = async (path: string, body: unknown): Promise<CombinedOnShow> =>
    (await post<{ combined: CombinedOnShow }>(path, body)).combined

  return {
    open: (which) => order('/payer/open', which),
    invoke: (parameters) => order('/payer/invoke', parameters),
    pay: (input) => order('/payer/pay', input),
    giveUp: (which) => order('/payer/give-up', which),
    openCombined: (which) => combined('/payer/open', which),
    invokeCombined: (parameters) => combined('/payer/invoke', parameters),
    payCombined: (input) => combined('/payer/pay', input),
    combined: async () => (await get<{ combined: CombinedOnShow[] }>('/combined')).combined,
    finishRefund: async (out_refund_no, status = 'SUCCESS') =>
      (await post<{ refund: RefundOnShow }>('/refunds/finish', { out_refund_no, status })).refund,
    refundElsewhere: async (input) =>
      (await post<{ refund: RefundOnShow }>('/refunds/elsewhere', input)).refund,
    orders: async () => (await get<{ orders: OrderOnShow[] }>('/orders')).orders,
    refunds: async () => (await get<{ refunds: RefundOnShow[] }>('/refunds')).refunds,
    books: () => get('/books'),
    notifications: async () => (await get<{ notifications: Delivery[] }>('/notifications')).notifications,
    waitForNotification: async (wanted) =>
      (await post<{ notification: Delivery }>('/notifications/wait', wanted)).notification,
    resend: async (id, options = {}) =>
      (await post<{ attempts: Attempt[] }>('/notifications/resend', { id, ...options })).attempts,
    build: (input) => post('/notifications/build', input),
    send: async (input) =>
      (await post<{ notification: Delivery }>('/notifications/send', input)).notification,
    keys: () => get('/keys'),
    setMode: (mode, share) =>
      post('/keys/mode', { mode, ...(share === undefined ? {} : { public_key_share: share }) }),
    addCertificate: (options = {}) => post('/keys/certificates', options),
    activateCertificate: (serial_no) => post('/keys/certificates/activate', { serial_no }),
    retireCertificate: (serial_no) => post('/keys/certificates/retire', { serial_no }),
    useSm2: (notifies = true) => post('/keys/sm2', { notifies }),
    resetApiv3Key: () => post('/keys/apiv3/reset'),
    addMerchantCertificate: () => post('/keys/merchant'),
    retireMerchantCertificate: (serial_no) => post('/keys/merchant/retire', { serial_no }),
    addFault: async (fault) => (await post<{ fault: FaultEntry }>('/faults', fault)).fault,
    faults: async () => (await get<{ faults: FaultEntry[] }>('/faults')).faults,
    clearFaults: (id) => call('DELETE', id === undefined ? '/faults' : `/faults/${id}`),
    time: () => get('/time'),
    advance: (ms) => post('/time/advance', { ms }),
    flush: () => post('/time/flush'),
    reset: () => post('/reset'),
  }
}
