/** Creates a payment: the order is stored first, then WeChat is called; a repeat of the same request gets the same payment. */
import type { Clock } from '#shared/clock.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import { paymentFactKey, PAYMENT_FACT_STATES } from '#shared/facts/fact-key.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { expiresAt, FIRST_LOOK_MS } from '#shared/ledger/look-plan.ts'
import { changed } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import type { Switches } from '#shared/switches.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type {
  CallOptions,
  ClientParameters,
  PrepayBody,
  PrepayResult,
  PaymentChannel,
  PaymentMethod,
} from '#shared/orders/payment-channel.ts'
import { placedAtWechat } from '#shared/payments/learn-payment.ts'
import { admit, newOrder, NOT_PAYABLE, useAgain } from './admission.ts'
import type { Admitted } from './admission.ts'
import type { PrepayRequest } from './schema.ts'

export interface PrepayDeps {
  readonly mchid: string
  /** The first one is the default. */
  readonly appids: readonly string[]
  /** Where WeChat sends payment notifications. */
  readonly notifyUrl: string
  /** How old an order is when the sweep looks at it first. @default as the plan of looks says */
  readonly firstLookMs?: number
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'get'>
  readonly channel: Pick<PaymentChannel<PaymentMethod>, 'prepay'>
  /** Signs what the client needs to pay, where its method needs any. */
  readonly payParams: (order: Order, body: PrepayBody) => Promise<ClientParameters | undefined>
  readonly switches: Switches
  readonly clock: Clock
  readonly pause: Pause
}

export interface PrepayAnswer {
  readonly order: Order
  readonly pay_params: ClientParameters | undefined
}

/**
 * Creates the operation.
 *
 * @throws AppError `order_number_used`, `order_already_paid`, `order_closed`, `order_held`, `invalid_request`,
 *   `wechat_refused` (the number may be used again), `wechat_unavailable`, `wechat_rate_limited` (repeat the same request), `prepay_paused`.
 */
export function createPrepay(deps: PrepayDeps) {
  return async (request: PrepayRequest, call: CallOptions): Promise<PrepayAnswer> => {
    const appid = chosenAppid(deps, request)
    // Whose order it is, its key says: what was asked for before there was a choice has no word for it.
    const { provider: _, ...asked } = request
    const requestHash = canonicalHash({ ...asked, appid })
    // A repeat is refused as well: what it would hand out can be paid with.
    if (await deps.switches.isOn('prepay')) throw new AppError('prepay_paused')
    const now = deps.clock.now()
    const { mchid, firstLookMs = FIRST_LOOK_MS } = deps
    const draft = newOrder({ request, mchid, appid, requestHash, firstLookMs, now })
    const { order: admitted, first } = await admission(deps, draft)
    const order =
      admitted.prepay === undefined ? await place(deps, admitted, { request, appid, first, call }) : admitted
    return { order, pay_params: await deps.payParams(order, toPrepayBody(deps, request, appid)) }
  }
}

async function admission(deps: PrepayDeps, draft: Order): Promise<Admitted> {
  const now = draft.created_at
  const decide = (existing: Order | undefined) => admit(existing, draft, now)
  // Most numbers are new: a repeat pays for a write that is refused, five times a read, and comes much less often than one in five.
  const admitted = await updateOrder(deps, draft.order_key, decide, 'absent')
  if (admitted !== 'rejected_before') return admitted
  // Facts go by order number: they could not be told from those of a new order.
  if (await wasTold(deps, draft)) throw new AppError('order_number_used')
  const again = await updateOrder(deps, draft.order_key, (existing) => useAgain(existing, draft, now))
  if (again === 'rejected_before') throw new AppError('storage_conflict')
  return again
}

/** Whether WeChat asserted anything of the number that has not reached its order yet. */
async function wasTold({ facts }: PrepayDeps, { mchid, out_trade_no }: Order): Promise<boolean> {
  const keys = PAYMENT_FACT_STATES.map((state) => paymentFactKey(mchid, out_trade_no, state))
  const stored = await Promise.all(keys.map((key) => facts.get(key)))
  return stored.some((fact) => fact !== undefined)
}

function chosenAppid({ appids }: PrepayDeps, { appid = appids[0] }: PrepayRequest): string {
  if (appid !== undefined && appids.includes(appid)) return appid
  const problem = { field: 'appid', rule: 'must be one of the configured appids', received: 'string' }
  throw new AppError('invalid_request', 'appid must be one of the configured appids', { fields: [problem] })
}

interface Placing {
  readonly request: PrepayRequest
  readonly appid: string
  readonly first: boolean
  readonly call: CallOptions
}

async function place(
  deps: PrepayDeps,
  order: Order,
  { request, appid, first, call }: Placing,
): Promise<Order> {
  let result: PrepayResult
  try {
    result = await deps.channel.prepay(request.channel, toPrepayBody(deps, request, appid), {
      ...call,
      expiresAt: expiresAt(order),
    })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    await noteRefusal(deps, order, { error, first })
    throw appErrorOf(error)
  }
  const { request_hash: requestHash } = order
  const decide = (current: Order | undefined) =>
    placed(current, { result, requestHash, now: deps.clock.now() })
  return updateOrder(deps, order.order_key, decide, order)
}

interface Placed {
  readonly result: PrepayResult
  readonly requestHash: string
  readonly now: number
}

/** A payment or a close can be faster than WeChat's answer: what they recorded stays, and nothing is handed out to pay with. */
function placed(order: Order | undefined, { result, requestHash, now }: Placed): Decision<Order> {
  if (order === undefined) throw new AppError('order_not_found')
  if (order.request_hash !== requestHash) throw new AppError('order_number_used')
  const refused = NOT_PAYABLE[order.status]
  if (refused !== undefined) throw new AppError(refused)
  // REJECTED meanwhile, by the sweep: WeChat has the order after all.
  const { rejected_code: _, ...ours } = order.books.ours
  const books = { ours: { ...ours, placing: 'AWAITING_PAYMENT' } } as const
  const save = changed(order, { books, prepay: { ...result, obtained_at: now } }, now)
  return { save, result: save }
}

/** Codes that say nothing about this order, or that WeChat has it after all. */
const NO_REJECTION: ReadonlySet<string> = new Set(['rate_limited', 'already_paid', 'order_closed'])

/**
 * Only an order of which nothing was sent before can be rejected: of another one WeChat may have what it was sent then. A number
 * that is used there is one that WeChat has: it is watched, and learned from its answers.
 */
async function noteRefusal(
  deps: PrepayDeps,
  order: Order,
  { error, first }: { readonly error: ChannelError; readonly first: boolean },
): Promise<void> {
  const { certain, code, httpStatus, wechatCode = code } = error
  if (code === 'number_used') {
    await placedAtWechat(deps, order)
    return
  }
  // Our own credentials say nothing about the order.
  if (!first || !certain || httpStatus === undefined || httpStatus === 401 || NO_REJECTION.has(code)) return
  await updateOrder(deps, order.order_key, (current) => {
    if (current?.status !== 'CREATED') return { result: undefined }
    const ours = { ...current.books.ours, placing: 'REJECTED', rejected_code: wechatCode } as const
    return { save: changed(current, { books: { ours } }, deps.clock.now()), result: undefined }
  })
}

function toPrepayBody({ mchid, notifyUrl }: PrepayDeps, request: PrepayRequest, appid: string): PrepayBody {
  const { channel: _, provider: _provider, ...body } = { ...request, appid, mchid, notify_url: notifyUrl }
  return body
}
