/** `wxpay events resend` */
import type { Command } from 'commander'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { factKeyOfEvent, paymentFactKey } from '#shared/facts/fact-key.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { makePending } from '#cli/stack/facts-table.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'

export async function resend(world: World, command: Command): Promise<void> {
  const options = readOptions(command, {})
  const [id = ''] = command.args
  const factKey = factKeyOfEvent(id)
  if (factKey === undefined) {
    throw new CliError(
      'usage',
      `${id} is no id of an event about an order or a notification`,
      `give the id of the event in quotes, as in '${paymentFactKey('1900000109', 'ORDER-0001', 'SUCCESS')}'`,
    )
  }
  await withStack(world, options, async (stack) => {
    const facts = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
    if ((await facts.get(factKey)) === undefined) {
      throw new CliError(
        'failed',
        `no fact ${factKey} is stored in the stack ${stack.name}`,
        'check the id and --stack; wxpay facts ls --settled lists what is stored',
      )
    }
    await confirm(
      world,
      `publish the events of ${factKey} once more to every subscriber of the stack ${stack.name}`,
      options,
    )
    // Pending first: were this to end here, the sweep would dispatch it.
    const settledBefore = await makePending(stack, factKey, world.clock.now())
    await createSqsDispatcher({ client: stack.sqs, queueUrl: stack.queues.facts }).dispatch(factKey)
    const text = settledBefore
      ? 'dispatched: subscribers get the same events under the same ids'
      : 'dispatched: it was waiting to be published'
    show(world, { json: { fact_key: factKey, settled_before: settledBefore }, text }, options.json)
  })
}
