/** The console's contract, the simulator (places `local` and `simulator`): all of it below `/api/simulator`. `contract.ts` says what holds for all of it. */
/** `GET /api/simulator/orders`, newest first: `Listing<SimulatorOrder>` */
export interface SimulatorOrder {
  readonly out_trade_no: string
  readonly description: string
  readonly amount: { readonly total: number; readonly payer_total?: number; readonly currency: string }
  readonly trade_state: string
  readonly transaction_id?: string
  readonly channel: string
  /** What the QR code of a native payment says; absent for other channels. */
  readonly code_url?: string
  /** The simulator's page on which a payer pays or gives up; absent where it has none for this order. */
  readonly payer_url?: string
  readonly refunds: readonly SimulatorRefund[]
}

export interface SimulatorRefund {
  readonly out_refund_no: string
  readonly refund_id: string
  readonly status: string
  readonly amount: { readonly total: number; readonly refund: number }
}

/** `POST /api/simulator/pay` and `POST /api/simulator/give-up`, answered with the `SimulatorOrder`. */
export interface PayerInput {
  readonly out_trade_no: string
}

/** `POST /api/simulator/refunds/finish`, answered with the `SimulatorRefund`. */
export interface FinishRefundInput {
  readonly out_refund_no: string
  readonly status: 'SUCCESS' | 'CLOSED' | 'ABNORMAL'
}

/** `GET /api/simulator/faults` */
export interface FaultsOnShow {
  /** Those that are set. */
  readonly set: readonly SetFault[]
  /** All that can be set: a button each. */
  readonly kinds: readonly FaultKind[]
}

export interface SetFault {
  readonly id: string
  readonly kind: string
  /** How often it still applies; null: until it is cleared. */
  readonly remaining: number | null
}

export interface FaultKind {
  readonly kind: string
  readonly scope: 'api' | 'notification' | 'attempt' | 'refund' | 'bill'
  /** Fields that have to be given, with a value that does. */
  readonly example: Readonly<Record<string, string | number | boolean>>
}

/** `POST /api/simulator/faults`, answered with `FaultsOnShow`; other fields as `docs/simulator.md` lists them for the kind. */
export interface FaultInput {
  readonly kind: string
  /** How often; null: until cleared. @default 1 */
  readonly count?: number | null
  readonly [field: string]: unknown
}

// `DELETE /api/simulator/faults/{id}` and `DELETE /api/simulator/faults`: `FaultsOnShow`

/** `GET /api/simulator/clock`, and the answer to `POST /api/simulator/clock/advance`. */
export interface SimulatorClock {
  /** WeChat's time, and that of this machine. */
  readonly now: string
  readonly wall: string
  readonly time_scale: number
}

/** `POST /api/simulator/clock/advance` */
export interface AdvanceInput {
  /** Whole, from 0 to 86,400,000. */
  readonly ms: number
}

/**
 * `GET /api/simulator/wire`, newest first: `Listing<WireLine>`, the last ones.
 *
 * `GET /api/simulator/wire/stream` is `text/event-stream`: each line as it happens, `event: line`, `id:` its id, `data:` a `WireLine`;
 * a comment every 15 seconds. A client that comes back with `Last-Event-ID` gets what it missed, as far as it is kept.
 */
export interface WireLine {
  readonly id: string
  readonly at: string
  /** `in`: WeChat got a request, and answered. `out`: WeChat sent a notification, and was answered. */
  readonly direction: 'in' | 'out'
  readonly method: string
  /** Without secrets and without anybody's openid. */
  readonly url: string
  readonly status?: number
  readonly duration_ms: number
  /** `ok`, or in a word why not. */
  readonly verdict: string
  /** Why, in a sentence. */
  readonly reason?: string
  /** WeChat's code of a refusal. */
  readonly code?: string
  readonly event_type?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly faults: readonly string[]
}
