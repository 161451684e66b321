/** `wxpay order show|hold|release` */
import { Option, type Command } from 'commander'
import * as v from 'valibot'
import { stackOrders } from '#cli/stack/stack-orders.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderView } from '#shared/api/order-view.ts'
import { callApi } from '#cli/stack/api-client.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOutTradeNo } from '#cli/terminal/number-argument.ts'
import { describeOrder } from '#cli/terminal/order-text.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const DECISIONS = ['dismiss', 'accept', 'approve', 'refuse'] as const

const DONE = { dismiss: 'dismissed', accept: 'accepted', approve: 'approved', refuse: 'refused' } as const

const Signature = { by: v.string(), note: v.string() }

export function addOrderCommands(program: Command, world: World): void {
  const order = program.command('order').description('looks at an order, holds it, releases it')
  addShow(order, world)
  addHold(order, world)
  addRelease(order, world)
}

function addShow(order: Command, world: World): void {
  order
    .command('show')
    .argument('<out_trade_no>')
    .description('shows an order as it is stored, with refunds, holds and their history; asks nobody else')
    .action(async (number: string, _options, command: Command) => {
      const options = readOptions(command, {})
      const outTradeNo = readOutTradeNo(number)
      await withStack(world, options, async (stack) => {
        const found = await storedOrder(stack, outTradeNo)
        show(world, { json: shown(found), text: describeOrder(found) }, options.json)
      })
    })
}

function addHold(order: Command, world: World): void {
  signed(order.command('hold'))
    .argument('<out_trade_no>')
    .description('holds an order: no refund of it is made until the hold is released')
    .action(async (number: string, _options, command: Command) => {
      const { by, note, ...options } = readOptions(command, Signature)
      const outTradeNo = readOutTradeNo(number)
      await withStack(world, options, async (stack) => {
        await confirm(world, `hold the order ${outTradeNo}: its refunds stop`, options)
        await callApi(stack, (api) => api.holdPayment(outTradeNo, { by, note }))
        const held = await storedOrder(stack, outTradeNo)
        show(world, { json: shown(held), text: describeOrder(held) }, options.json)
      })
    })
}

function addRelease(order: Command, world: World): void {
  signed(order.command('release'))
    .argument('<out_trade_no>')
    .requiredOption('--hold <key>', 'which hold: its key, as order show prints it')
    .addOption(
      new Option(
        '--decision <decision>',
        "dismiss: seen, it need not block, its money counts all the same; accept: WeChat's word counts (a payment: its amount becomes the order's, and it is paid; a refund: WeChat's amount is what is out); approve, refuse: a refund that waits for approval is sent, or is not and its amount given back",
      )
        .choices(DECISIONS)
        .makeOptionMandatory(),
    )
    .description('releases one hold of an order')
    .action(async (number: string, _options, command: Command) => {
      const { by, note, hold, decision, ...options } = readOptions(command, {
        ...Signature,
        hold: v.string(),
        decision: v.picklist(DECISIONS),
      })
      const outTradeNo = readOutTradeNo(number)
      await withStack(world, options, async (stack) => {
        await confirm(world, effectOf(decision, { outTradeNo, hold }), options)
        const answer = await callApi(stack, (api) =>
          api.releaseHold(outTradeNo, { by, note, hold, decision }),
        )
        const text = `${DONE[decision]}\n\n${describeOrder(await storedOrder(stack, outTradeNo))}`
        show(world, { json: answer, text }, options.json)
      })
    })
}

/** Reads an order. @throws CliError when this merchant has none of that number. */
async function storedOrder(stack: StackAccess, outTradeNo: string): Promise<Order> {
  const orders = stackOrders(stack)
  const found = await orders.get(orderKey(stack.mchid, outTradeNo))
  if (found !== undefined) return found
  throw new CliError(
    'failed',
    `the merchant ${stack.mchid} has no order ${outTradeNo} in the stack ${stack.name}`,
    'check the number and --stack; an order that exists only at WeChat shows up here once WeChat notifies it',
  )
}

function signed(command: Command): Command {
  return command
    .requiredOption('--by <name>', 'who decides; kept with the order')
    .requiredOption('--note <text>', 'why; kept with the order')
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
    : `accept ${hold} for the order ${outTradeNo}: WeChat's word counts from now on, and subscribers are told so`
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
