/** `wxpay trace` */
import { PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import type { Command } from 'commander'
import { orderView } from '#shared/api/order-view.ts'
import { type Account, accountOf, elsewhere } from '#cli/stack/accounts.ts'
import { factsOf, findOrder } from '#cli/stack/find-order.ts'
import { storyOf } from '#cli/stack/order-story.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { ProviderOption, readOptions } from '#cli/terminal/options.ts'
import { describeOrder } from '#cli/terminal/order-text.ts'
import { show } from '#cli/terminal/output.ts'
import { storyText } from '#cli/terminal/story-text.ts'
import type { World } from '#cli/terminal/world.ts'

export async function traceNumber(world: World, command: Command): Promise<void> {
  const options = readOptions(command, ProviderOption)
  const number = command.args[0] ?? ''
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    const order = await findOrder(stack, number, account)
    if (order === undefined) throw await unknownNumber(stack, account, number)
    const timeline = storyOf(order, await factsOf(stack, order))
    const text = `${describeOrder(order)}\n\n${storyText(timeline)}`
    show(world, { json: { order: orderView(order), timeline }, text }, options.json)
  })
}

async function unknownNumber(stack: StackAccess, account: Account, number: string): Promise<CliError> {
  const { mchid, provider } = account
  const has = async (other: Account) => (await findOrder(stack, number, other)) !== undefined
  return new CliError(
    'failed',
    `the merchant ${mchid} has nothing under this number in the stack ${stack.name}`,
    (await elsewhere(stack, account, has)) ??
      `give an out_trade_no, an out_refund_no or a transaction_id, and check --stack and --provider; what exists only at ${PROVIDER_NAMES[provider]} shows up here once that notifies it`,
  )
}
