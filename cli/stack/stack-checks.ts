/** Checks what belongs to the stack itself: tables, queues, and work that is stuck. */
import { stackOrders } from './stack-orders.ts'
import { counted } from '#cli/terminal/output.ts'
import { attempt, ok, warn, type Check } from './check.ts'
import { countDeadLetters } from './dead-letters.ts'
import { listPending } from './facts-table.ts'
import type { StackAccess } from './stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

/** The sweep dispatches again after one minute, and every minute. */
const STUCK_MS = 5 * 60_000

export async function checkStack(world: World, stack: StackAccess): Promise<readonly Check[]> {
  const groups = await Promise.all([
    attempt('orders table', 'check that the credentials may read it', () => orders(stack)),
    attempt('facts table', 'check that the credentials may query it', () => facts(world, stack)),
    attempt('dead-letter queue', 'check that the credentials may read its attributes', () =>
      deadLetters(stack),
    ),
  ])
  return groups.flat()
}

async function orders({ dynamodb, tables }: StackAccess): Promise<Check> {
  await stackOrders({ dynamodb, tables }).get('wxpay-doctor')
  return ok('orders table', 'readable')
}

async function facts({ clock }: World, stack: StackAccess): Promise<Check> {
  const now = clock.now()
  const stuck = await listPending(stack, { from: 0, to: now - STUCK_MS })
  if (stuck.length === 0)
    return ok('facts table', 'readable; no fact has been waiting for more than 5 minutes')
  return warn(
    'facts table',
    `waiting for more than 5 minutes: ${counted(stuck.length, 'fact')}`,
    'wxpay facts ls shows them; read the logs of settle and sweep',
  )
}

async function deadLetters(stack: StackAccess): Promise<Check> {
  const count = await countDeadLetters(stack)
  return count === 0
    ? ok('dead-letter queue', 'empty')
    : warn(
        'dead-letter queue',
        counted(count, 'message'),
        'wxpay dlq ls shows them; end the cause, then wxpay dlq redrive',
      )
}
