/**
 * What the console page and its server say to each other: JSON over HTTP on one origin, types alone. Amounts are whole fen;
 * times are RFC 3339 in UTC; days are those of Beijing, `YYYY-MM-DD`. Names are WeChat's where WeChat has one.
 *
 * `contract-watch.ts` and `contract-simulator.ts` go on with it.
 *
 * Every error is `application/problem+json`, a `ConsoleProblem`. A list answers at most 50 entries and, where there are more, `next`:
 * give it back as the parameter `next`, with the other parameters as they were. An absent parameter filters nothing.
 * A request that changes something is a POST or DELETE with `Content-Type: application/json`, and answers 403 `read_only`
 * where the server was not started to write.
 */
import type { Order, Refund } from '#client/contract/answers.ts'

/** Who takes the money: the same number may be used at each. */
export type Provider = Order['provider']

/** `local`: beside `npm start`. `simulator`: of a simulator alone. `deployed`: `wxpay console --stack NAME`. */
export type Place = 'local' | 'simulator' | 'deployed'
/** The pages that this place can show, in their order: what is not listed has no routes either. */
export type PageName =
  | 'orders'
  | 'refunds'
  | 'notifications'
  | 'reconciliation'
  | 'health'
  | 'charts'
  | 'simulator'
export type Language = 'en' | 'zh-CN'

/** `GET /api/about` */
export interface About {
  readonly place: Place
  readonly stage: string
  readonly mchid: string
  /** Whose payments its orders are; absent where there are none. The first is meant where a request names none. */
  readonly providers?: readonly Provider[]
  readonly region?: string
  /** Whether holds can be decided, and notifications and the simulator be moved, from here. */
  readonly write: boolean
  readonly pages: readonly PageName[]
  readonly languages: readonly Language[]
  readonly version: string
  readonly now: string
}

/** Of every answer from 400 on. The page has a sentence of its own for each `ConsoleCode`, and shows `title` and `action` of others. */
export interface ConsoleProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** One of ours of `docs/api.md`, or of `ConsoleCode`. */
  readonly code: string
  readonly detail?: string
  /** What to do. */
  readonly action: string
  /** Both in Chinese, where whoever refused says so. */
  readonly title_zh?: string
  readonly action_zh?: string
  readonly request_id?: string
  readonly errors?: readonly { readonly field: string; readonly rule: string; readonly received: string }[]
}

/**
 * - `no_session` 403: the link that the terminal printed was not opened in this browser, or was opened before.
 * - `foreign_request` 403: the request came from another page, or by another name of this machine.
 * - `read_only` 403: started without `--write`.
 * - `not_here` 404: this place has no such route.
 * - `unreachable` 502: the stack, AWS or the simulator did not answer.
 */
export type ConsoleCode = 'no_session' | 'foreign_request' | 'read_only' | 'not_here' | 'unreachable'

export interface Listing<Entry> {
  readonly entries: readonly Entry[]
  readonly next?: string
}

/** `unpaid`: CREATED or AWAITING_PAYMENT. Orders that were closed or rejected are in no index: they are found by their number. */
export type OrderFilter = 'paid' | 'unpaid' | 'held'

/**
 * `GET /api/orders?provider=&q=&state=&hold=&from=&to=&next=`, the last day first: `Listing<OrderRow>`
 *
 * Within a day the greatest numbers come first, after what was placed in the last minutes; a page may be short, even empty, and
 * have a `next`.
 *
 * `q` is any number: out_trade_no, transaction_id or out_refund_no; nothing else is looked at then, and every channel is asked. `state` is an `OrderFilter`,
 * `hold` a hold's reason and implies `held`. `from` and `to` are days, both included, at most 31; without them: today and yesterday,
 * and held orders of any day.
 */
export interface OrderRow {
  readonly provider: Provider
  readonly out_trade_no: string
  readonly transaction_id?: string
  readonly status: Order['status']
  readonly amount: { readonly total: number; readonly currency: string }
  readonly description?: string
  readonly refundable: number
  /** What is out, or may still go out. */
  readonly refunded: number
  readonly refunds: number
  /** Reasons of the holds that are open. */
  readonly holds: readonly Order['holds'][number]['reason'][]
  readonly created_at: string
  readonly success_time?: string
  readonly updated_at: string
}

/** `GET /api/orders/{out_trade_no}?provider=` */
export interface OrderStory {
  readonly order: Order
  /** Oldest first; what happened in the same moment stands in the order of cause and effect. */
  readonly timeline: readonly Moment[]
}

interface MomentBase {
  /** Unlike that of every other moment of this order. */
  readonly id: string
  readonly at: string
  /** The trace id that leads from the caller's request to the event, where it is known; `wxpay logs` finds its lines. */
  readonly correlation_id?: string
  readonly out_refund_no?: string
  readonly amount?: number
}

/** What was asked of us: the payment, a refund, an unfreeze. */
export interface RequestMoment extends MomentBase {
  readonly kind: 'request'
  readonly what: 'payment' | 'refund' | 'abnormal_refund' | 'unfreeze'
}

/** What WeChat said, or what a person or a bill brought. */
export interface FactMoment extends MomentBase {
  readonly kind: 'fact'
  readonly what: 'payment' | 'refund' | 'failure' | 'state'
  /** WeChat's word, as in `SUCCESS`. */
  readonly state: string
  readonly source: 'notification' | 'query' | 'close' | 'bill' | 'answer' | 'operator'
  readonly transaction_id?: string
  readonly fact_key: string
  /** Stored, and not yet applied and published. */
  readonly pending: boolean
  /** WeChat's time of it. */
  readonly success_time?: string
}

/** What a person decided. */
export interface DecisionMoment extends MomentBase {
  readonly kind: 'decision'
  readonly what: Order['audit'][number]['action']
  /** The hold's key. */
  readonly hold: string
  readonly by: string
  readonly note: string
}

/** How a refund stands, when it came to stand so. */
export interface RefundMoment extends MomentBase {
  readonly kind: 'refund'
  readonly what: Refund['status']
  readonly refund_id?: string
  readonly failure_code?: string
}

/** What subscribers were told. */
export interface EventMoment extends MomentBase {
  readonly kind: 'event'
  /** As in `payment.succeeded`. */
  readonly what: string
  readonly order_version: number
  readonly refundable: number
  readonly deficit: number
  readonly holds: readonly string[]
}

export type Moment = RequestMoment | FactMoment | DecisionMoment | RefundMoment | EventMoment

/** `POST /api/orders/{out_trade_no}/accept` and `…/dismiss`, answered with the `OrderStory` as it is then. */
export interface DecisionInput {
  /** The hold's key, from `order.holds`. */
  readonly hold: string
  readonly by: string
  readonly note: string
}

/**
 * `GET /api/refunds?provider=&q=&status=&from=&to=&next=`: `Listing<RefundRow>`, by the day on which they were asked for. `q` is an
 * out_refund_no; every channel is asked for it.
 */
export interface RefundRow extends Refund {
  readonly provider: Provider
}
