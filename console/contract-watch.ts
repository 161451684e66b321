/** The console's contract, what is watched: notifications, reconciliation, health, charts. `contract.ts` says what holds for all of it. */
/** `GET /api/notifications?outcome=&next=`, newest first: `Listing<NotificationRow>` */
export interface NotificationRow {
  readonly id: string
  readonly at: string
  /** `refused`: nothing of it was believed or kept. `unanswered`: it reached no function, or none answered in time. */
  readonly outcome: 'received' | 'refused' | 'unanswered'
  /** What WeChat got. */
  readonly status?: number
  /** Why it was refused: the rule, as the log and `docs/security.md` name it. */
  readonly rule?: string
  readonly explanation?: string
  /** As WeChat names it; unknown of what could not be opened. */
  readonly event_type?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly transaction_id?: string
  readonly fact_key?: string
  readonly correlation_id?: string
  readonly duration_ms?: number
  /** Faults that were asked of the simulator for this attempt. */
  readonly faults?: readonly string[]
}

/** `GET /api/notifications/{id}` */
export interface NotificationInFull extends NotificationRow {
  /** As WeChat would send it now: sealed and signed anew, the signature masked. Absent where no simulator plays WeChat. */
  readonly raw?: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  /** The opened content, indented, with openids, bank accounts and names masked; absent where it cannot be opened here. */
  readonly decrypted?: string
  readonly can_resend: boolean
}

/** `POST /api/notifications/{id}/resend` (local and simulator), body `{}`: what WeChat met this time. */
export interface Resent {
  readonly attempts: readonly WireAttempt[]
}

export interface WireAttempt {
  readonly at: string
  readonly duration_ms: number
  readonly status?: number
  readonly error?: string
  readonly faults: readonly string[]
}

/** `GET /api/reconciliation?from=&to=`, newest first; without them the last 31 days: `Listing<DayRow>` */
export interface DayRow {
  readonly day: string
  /** `clean`: both sides agree, or came to. `attention`: something is held or open. `missing`: was never compared. */
  readonly verdict: 'clean' | 'attention' | 'running' | 'failed' | 'missing'
  readonly ran_at?: string
  readonly completed_at?: string
  readonly matched?: number
  /** How many differences were found, and what became of them. */
  readonly found?: Readonly<
    Record<'only_at_wechat' | 'only_with_us' | 'amount_differs' | 'state_differs', number>
  >
  readonly outcomes?: Readonly<Record<'healed' | 'held' | 'confirmed' | 'open', number>>
  readonly payments?: { readonly rows: number; readonly amount: number }
  readonly refunds?: { readonly rows: number; readonly amount: number }
  /** Why it failed. */
  readonly problem?: string
}

/** `GET /api/reconciliation/{day}` */
export interface DayInFull extends DayRow {
  readonly differences: readonly DifferenceRow[]
  /** Differences that are not listed. */
  readonly unlisted: number
}

export interface DifferenceRow {
  readonly kind: 'payment' | 'refund'
  readonly difference: 'only_at_wechat' | 'only_with_us' | 'amount_differs' | 'state_differs'
  readonly outcome: 'healed' | 'held' | 'confirmed' | 'open'
  readonly out_trade_no: string
  readonly out_refund_no?: string
  readonly transaction_id?: string
  /** Fen, by the bill and by our books. */
  readonly billed?: number
  readonly booked?: number
}

/** `GET /api/health`; takes some seconds: every part is asked anew. A part that could not be asked is absent, and a check says why. */
export interface Health {
  readonly at: string
  readonly checks: readonly HealthCheck[]
  readonly queues: readonly {
    readonly name: 'facts' | 'facts_dead_letter' | 'key_refresh'
    readonly waiting: number
    readonly oldest_seconds?: number
  }[]
  readonly pending_facts?: {
    readonly count: number
    readonly more: boolean
    readonly oldest_seconds?: number
  }
  readonly keys: readonly {
    readonly kind: 'platform_certificate' | 'wechatpay_public_key' | 'merchant_certificate'
    readonly serial: string
    /** Absent of what does not expire. */
    readonly expires_at?: string
    readonly days_left?: number
  }[]
  /** The sweep's breaker before WeChat. `unknown`: nothing said so lately. */
  readonly circuit?: { readonly state: 'closed' | 'open' | 'unknown'; readonly since?: string }
  readonly switches?: readonly {
    readonly name: 'refunds' | 'prepay' | 'backup_domain'
    readonly on: boolean
    readonly by?: string
    readonly note?: string
    readonly since?: string
  }[]
}

/** A line of `wxpay doctor`. */
export interface HealthCheck {
  readonly name: string
  readonly level: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do; empty when all is well. */
  readonly remedy: string
}

/** `GET /api/charts?minutes=60` (at most 1440) */
export interface Charts {
  readonly from: string
  readonly to: string
  /** A point for each step, also where nothing happened. */
  readonly step_seconds: number
  readonly payments: readonly ChartPoint[]
  readonly refunds: readonly ChartPoint[]
  /** Milliseconds from WeChat's request to our answer: the median, and what 95 of 100 stay below. */
  readonly notification_p50_ms: readonly ChartPoint[]
  readonly notification_p95_ms: readonly ChartPoint[]
  /** By day, the last 31. */
  readonly mismatches: readonly { readonly day: string; readonly count: number }[]
}

export interface ChartPoint {
  readonly at: string
  /** Null: nothing to measure in this step. */
  readonly value: number | null
}
