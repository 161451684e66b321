/** `wxpay order ls` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { accountOf } from '#cli/stack/accounts.ts'
import { callApi } from '#cli/stack/api-client.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import { LISTED_STATES } from '#cli/terminal/choices.ts'
import { type GlobalOptions, ProviderOption, readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { counted, show, table } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'
import type { OrderSummary } from '#client/contract/answers.ts'
import { HOLD_REASONS } from '#shared/ledger/words.ts'

const Wanted = {
  ...ProviderOption,
  state: v.optional(v.picklist(LISTED_STATES)),
  hold: v.optional(v.picklist(HOLD_REASONS)),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  limit: wholeNumber(1, 10_000),
}
type Wanted = GlobalOptions & v.InferOutput<v.ObjectSchema<typeof Wanted, undefined>>

/** As much as the API gives at once. */
const PAGE = 50

interface Found {
  readonly orders: readonly OrderSummary[]
  readonly unreadable: readonly string[]
  /** More match than were asked for. */
  readonly more: boolean
}

export async function listOrders(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Wanted)
  await withStack(world, options, async (stack) => {
    const { orders, unreadable, more } = await listed(world, stack, options)
    const json = { total: orders.length, more, orders, unreadable }
    show(world, { json, text: listText({ orders, unreadable, more }, options) }, options.json)
  })
}

async function listed(
  world: World,
  stack: StackAccess,
  { limit, state, hold, from, to, provider }: Wanted,
): Promise<Found> {
  const { said } = accountOf(stack, { provider })
  const orders: OrderSummary[] = []
  const unreadable: string[] = []
  let next: string | undefined
  do {
    const query = { ...said, state, hold, from, to, limit: Math.min(PAGE, limit - orders.length), next }
    const page = await callApi(stack, (api) => api.listPayments(query))
    orders.push(...page.orders)
    unreadable.push(...page.unreadable)
    next = page.next
    if (next !== undefined && orders.length < limit)
      world.terminal.err(`read ${counted(orders.length, 'order')}\n`)
  } while (next !== undefined && orders.length < limit)
  return { orders, unreadable, more: next !== undefined }
}

function listText({ orders, unreadable, more }: Found, { state, hold }: Wanted): string {
  const parts = [orders.length === 0 ? nothing(state, hold) : table(HEADINGS, orders.map(rowOf))]
  if (unreadable.length > 0) parts.push(`cannot be read by this release: ${unreadable.join(', ')}`)
  if (more) parts.push('there may be more: ask for them with --limit, or for fewer days')
  return parts.join('\n\n')
}

function nothing(state: Wanted['state'], hold: Wanted['hold']): string {
  if (hold !== undefined) return `no order is held as ${hold}`
  return state === 'held' ? 'no order is held' : 'no such order in these days'
}

const HEADINGS = ['OUT_TRADE_NO', 'STATUS', 'FEN', 'REFUNDED', 'HELD', 'PAID', 'CREATED']

function rowOf(order: OrderSummary): readonly string[] {
  return [
    order.out_trade_no,
    order.status,
    String(order.amount.total),
    order.refunded === 0 ? '' : String(order.refunded),
    order.holds.join(' '),
    order.success_time ?? '',
    order.created_at.replace('.000Z', 'Z'),
  ]
}
