/** Orders: found, listed, told moment by moment, and decided about. */
import * as v from 'valibot'
import type { Listing, OrderRow, OrderStory, Provider } from '#console/contract.ts'
import { invalid } from '#console/server/console-error.ts'
import type { Call, Routes } from '#console/server/routes.ts'
import { factsOf } from '#cli/stack/find-order.ts'
import { storyOf } from '#cli/stack/order-story.ts'
import type { Traces } from '#cli/stack/order-story.ts'
import { stackOrders } from '#cli/stack/stack-orders.ts'
import { LISTED_STATES } from '#cli/terminal/choices.ts'
import type { OrderSummary } from '#client/contract/answers.ts'
import { orderSummary } from '#shared/api/order-list.ts'
import { orderView } from '#shared/api/order-view.ts'
import { AppError } from '#shared/errors.ts'
import { providerOf } from '#shared/facts/account.ts'
import { given } from '#shared/given.ts'
import { HOLD_REASONS } from '#shared/ledger/words.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { accountIn, foundEverywhere } from './channels.ts'
import type { Desk } from './desk.ts'
import { linesOf, tellsSettled } from './log-lines.ts'
import { choiceIn, textIn } from './parameters.ts'

const PAGE = 50

const DecisionSchema = v.strictObject({ hold: v.string(), by: v.string(), note: v.string() })

export function orderRoutes(desk: Desk): Routes {
  return {
    'GET /orders': ({ query }) => list(desk, query),
    'GET /orders/:out_trade_no': (call) => story(desk, call),
    'POST /orders/:out_trade_no/accept': (call) => decide(desk, call, 'accept'),
    'POST /orders/:out_trade_no/dismiss': (call) => decide(desk, call, 'dismiss'),
  }
}

async function list({ stack, api }: Desk, query: URLSearchParams): Promise<Listing<OrderRow>> {
  const number = textIn(query, 'q')
  if (number !== undefined) {
    const found = await foundEverywhere(stack, number)
    return { entries: found.map((order) => rowOf(orderSummary(order), providerOf(order.mchid))) }
  }
  const { said } = accountIn(stack, query)
  const { orders, next } = await api.listPayments({
    ...said,
    state: choiceIn(query, 'state', LISTED_STATES),
    hold: choiceIn(query, 'hold', HOLD_REASONS),
    from: textIn(query, 'from'),
    to: textIn(query, 'to'),
    next: textIn(query, 'next'),
    limit: PAGE,
  })
  return { entries: orders.map((order) => rowOf(order, said.provider)), ...given({ next }) }
}

function rowOf({ channel: _1, held: _2, ...row }: OrderSummary, provider: Provider): OrderRow {
  const { transaction_id, description, success_time, ...always } = row
  return { provider, ...always, ...given({ transaction_id, description, success_time }) }
}

async function story(desk: Desk, { part, query }: Call): Promise<OrderStory> {
  const { stack } = desk
  const { mchid } = accountIn(stack, query)
  const order = await stackOrders(stack).get(orderKey(mchid, part('out_trade_no')))
  if (order === undefined) throw new AppError('order_not_found')
  return {
    order: orderView(order),
    timeline: storyOf(order, await factsOf(stack, order), await tracesOf(desk)),
  }
}

/** Of a deployed stack logs are asked when somebody wants them: wxpay logs. */
async function tracesOf(desk: Desk): Promise<Traces> {
  if (desk.stack.local === undefined) return new Map()
  const settled = (await linesOf(desk, { settled: true, from: 0 })).filter(tellsSettled)
  return new Map(
    settled.flatMap(({ fact_key, trace_id }) =>
      fact_key === undefined || trace_id === undefined ? [] : [[fact_key, trace_id] as const],
    ),
  )
}

async function decide(desk: Desk, call: Call, decision: 'accept' | 'dismiss'): Promise<OrderStory> {
  const { part, query, body } = call
  const { said } = accountIn(desk.stack, query)
  const input = v.safeParse(DecisionSchema, body)
  if (!input.success) {
    const [issue] = input.issues
    throw invalid(v.getDotPath(issue) ?? '(body)', issue.message, '')
  }
  await desk.api.releaseHold(part('out_trade_no'), { ...input.output, decision }, said)
  return story(desk, call)
}
