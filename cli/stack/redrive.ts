/** Moves messages from the dead-letter queue back to the fact queue: send, then delete, at a rate. */
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { type DeadLetter, deleteLetter, putBack, receiveDeadLetters } from './dead-letters.ts'
import { createPace } from './pace.ts'
import type { StackAccess } from './stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

export interface Redriven {
  readonly moved: number
  /** What is not ours, each with the reason in `foreign`. */
  readonly left: readonly DeadLetter[]
}

interface RedriveOptions {
  /** Messages a second. */
  readonly rate: number
  readonly limit: number
  /** How many there are, for the progress. */
  readonly total: number
}

const PROGRESS_EVERY = 50

/** Foreign messages are put back when all others are done. Repeating an interrupted run is harmless. */
export async function redrive(
  world: World,
  stack: StackAccess,
  { rate, limit, total }: RedriveOptions,
): Promise<Redriven> {
  const dispatcher = createSqsDispatcher({ client: stack.sqs, queueUrl: stack.queues.facts })
  const facts = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
  const turn = createPace(world, rate)
  const left: DeadLetter[] = []
  let moved = 0
  try {
    for await (const letter of receiveDeadLetters(stack, limit)) {
      const { factKey } = letter
      if (factKey === undefined) left.push(letter)
      else if ((await facts.get(factKey)) === undefined) {
        left.push({ ...letter, foreign: `no fact ${factKey} is stored` })
      } else {
        await turn()
        await dispatcher.dispatch(factKey)
        await deleteLetter(stack, letter)
        moved += 1
        if (moved % PROGRESS_EVERY === 0) world.terminal.err(`moved ${moved} of about ${total}\n`)
      }
    }
  } finally {
    await putBack(stack, left)
  }
  return { moved, left }
}
