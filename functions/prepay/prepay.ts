/** Creates a payment: the order is stored first, then WeChat is called; a repeat of the same request gets the same payment. */
import type { Clock } from '#shared/clock.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { touched } from '#shared/orders/touched.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PrepayBody, PrepayResult, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { admit, newOrder, NOT_PAYABLE } from './admission.ts'
import type { ClientParameters } from './client-parameters.ts'
import type { PrepayRequest } from './schema.ts'

export interface PrepayDeps {
  readonly mchid: string
  /** The first one is the default. */
  readonly appids: readonly string[]
  /** Where WeChat sends payment notifications. */
  readonly notifyUrl: string
  readonly orders: OrderStore
  readonly wechat: Pick<PaymentChannel, 'prepay'>
  /** Signs what the client needs to pay, where its method needs any. */
  readonly payParams: (order: Order) => Promise<ClientParameters | undefined>
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
 *   `wechat_refused` (the number may be used again), `wechat_unavailable`, `wechat_rate_limited` (repeat the same request).
 */
export function createPrepay(deps: PrepayDeps) {
  return async (request: PrepayRequest, call: CallOptions): Promise<PrepayAnswer> => {
    const appid = chosenAppid(deps, request)
    const requestHash = canonicalHash({ ...request, appid })
    const now = deps.clock.now()
    const draft = newOrder({ request, mchid: deps.mchid, appid, requestHash, now })
    const admitted = await updateOrder(deps, draft.order_key, (existing) => admit(existing, draft, now))
    const order =
      admitted.prepay === undefined ? await place(deps, { request, appid, requestHash, call }) : admitted
    return { order, pay_params: await deps.payParams(order) }
  }
}

function chosenAppid({ appids }: PrepayDeps, { appid = appids[0] }: PrepayRequest): string {
  if (appid !== undefined && appids.includes(appid)) return appid
  const problem = { field: 'appid', rule: 'must be one of the configured appids', received: 'string' }
  throw new AppError('invalid_request', 'appid must be one of the configured appids', { fields: [problem] })
}

interface Placing {
  readonly request: PrepayRequest
  readonly appid: string
  readonly requestHash: string
  readonly call: CallOptions
}

async function place(deps: PrepayDeps, { request, appid, requestHash, call }: Placing): Promise<Order> {
  const key = orderKey(deps.mchid, request.out_trade_no)
  let result: PrepayResult
  try {
    result = await deps.wechat.prepay(request.channel, toPrepayBody(deps, request, appid), call)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.certain && error.httpStatus !== undefined) await reject(deps, key, error)
    throw appErrorOf(error)
  }
  return updateOrder(deps, key, (order) => placed(order, { result, requestHash, now: deps.clock.now() }))
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
  const { rejected_code: _, ...rest } = order
  // REJECTED meanwhile, by a repeat that was refused or by the sweep: WeChat has the order after all.
  const refused = NOT_PAYABLE[order.status]
  if (refused !== undefined) throw new AppError(refused)
  const save = touched({ ...rest, status: 'AWAITING_PAYMENT', prepay: { ...result, obtained_at: now } }, now)
  return { save, result: save }
}

/** Only an order that never reached WeChat can be rejected; one that waits for its payment stays as it is. */
async function reject(
  deps: PrepayDeps,
  key: string,
  { code, wechatCode = code, httpStatus }: ChannelError,
): Promise<void> {
  // Our own credentials or quota say nothing about the order; paid or closed means that WeChat has it after all.
  if (httpStatus === 401 || code === 'rate_limited' || code === 'already_paid' || code === 'order_closed')
    return
  await updateOrder(deps, key, (order) => {
    if (order?.status !== 'CREATED') return { result: undefined }
    return {
      save: touched({ ...order, status: 'REJECTED', rejected_code: wechatCode }, deps.clock.now()),
      result: undefined,
    }
  })
}

function toPrepayBody({ mchid, notifyUrl }: PrepayDeps, request: PrepayRequest, appid: string): PrepayBody {
  const { channel: _, ...body } = { ...request, appid, mchid, notify_url: notifyUrl }
  return body
}
