/** `wxpay order show|hold|release` */
import { PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import type { Command } from 'commander'
import * as v from 'valibot'
import { stackOrders } from '#cli/stack/stack-orders.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderView } from '#shared/api/order-view.ts'
import { type Account, accountOf, elsewhere } from '#cli/stack/accounts.ts'
import { callApi } from '#cli/stack/api-client.ts'
import { DECISIONS } from '#cli/terminal/choices.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOutTradeNo } from '#cli/terminal/number-argument.ts'
import { describeOrder } from '#cli/terminal/order-text.ts'
import { ProviderOption, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const DONE = { dismiss: 'dismissed', accept: 'accepted', approve: 'approved', refuse: 'refused' } as const

const Signature = { ...ProviderOption, by: v.string(), note: v.string() }

export async function showOrder(world: World, command: Command): Promise<void> {
  const options = readOptions(command, ProviderOption)
  const outTradeNo = readOutTradeNo(command.args[0] ?? '')
  await withStack(world, options, async (stack) => {
    const found = await storedOrder(stack, outTradeNo, accountOf(stack, options))
    show(world, { json: shown(found), text: describeOrder(found) }, options.json)
  })
}

export async function holdOrder(world: World, command: Command): Promise<void> {
  const { by, note, ...options } = readOptions(command, Signature)
  const outTradeNo = readOutTradeNo(command.args[0] ?? '')
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    await confirm(world, `hold the order ${outTradeNo}: its refunds stop`, options)
    await callApi(stack, (api) => api.holdPayment(outTradeNo, { by, note }, account.said))
    const held = await storedOrder(stack, outTradeNo, account)
    show(world, { json: shown(held), text: describeOrder(held) }, options.json)
  })
}

export async function releaseOrder(world: World, command: Command): Promise<void> {
  const { by, note, hold, decision, ...options } = readOptions(command, {
    ...Signature,
    hold: v.string(),
    decision: v.picklist(DECISIONS),
  })
  const outTradeNo = readOutTradeNo(command.args[0] ?? '')
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    await confirm(world, effectOf(decision, { outTradeNo, hold }), options)
    const answer = await callApi(stack, (api) =>
      api.releaseHold(outTradeNo, { by, note, hold, decision }, account.said),
    )
    const text = `${DONE[decision]}\n\n${describeOrder(await storedOrder(stack, outTradeNo, account))}`
    show(world, { json: answer, text }, options.json)
  })
}

/** Reads an order. @throws CliError when this account has none of that number. */
async function storedOrder(stack: StackAccess, outTradeNo: string, account: Account): Promise<Order> {
  const { mchid, provider } = account
  const orders = stackOrders(stack)
  const found = await orders.get(orderKey(mchid, outTradeNo))
  if (found !== undefined) return found
  throw new CliError(
    'failed',
    `the merchant ${mchid} has no order ${outTradeNo} in the stack ${stack.name}`,
    (await elsewhere(stack, account, async (other) => {
      return (await orders.get(orderKey(other.mchid, outTradeNo))) !== undefined
    })) ??
      `check the number, --stack and --provider; an order that exists only at ${PROVIDER_NAMES[provider]} shows up here once that notifies it`,
  )
}

function effectOf(
  decision: (typeof DECISIONS)[number],
  { outTradeNo, hold }: { readonly outTradeNo: string; readonly hold: string },
): string {
  if (decision === 'approve')
    return `approve the refund of the hold ${hold} of the order ${outTradeNo}: it is sent within a minute, once enough people have`
  if (decision === 'refuse')
    return `refuse the refund of the hold ${hold} of the order ${outTradeNo}: it is never sent, and its amount is given back`
  return decision === 'dismiss'
    ? `dismiss the hold ${hold} of the order ${outTradeNo}: refunds become possible once no hold is left; other evidence opens it again`
    : `accept ${hold} for the order ${outTradeNo}: the word of whoever took the money counts from now on, and subscribers are told so`
}

/** The merchant's view, and what only the operator needs. */
function shown(order: Order): object {
  return {
    ...orderView(order),
    version: order.version,
    ...(order.next_check_at === undefined
      ? {}
      : { next_check_at: new Date(order.next_check_at).toISOString() }),
  }
}
