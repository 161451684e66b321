/** `wxpay dlq ls|show|redrive` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { countDeadLetters, type DeadLetter, putBack, receiveDeadLetters } from '#cli/stack/dead-letters.ts'
import { factDetails } from '#cli/terminal/fact-text.ts'
import { readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { counted, fields, show, table, timeText } from '#cli/terminal/output.ts'
import { redrive } from '#cli/stack/redrive.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const ALL = 1_000_000

export async function listLetters(world: World, command: Command): Promise<void> {
  const options = readOptions(command, { limit: wholeNumber(1, 10_000) })
  await withStack(world, options, async (stack) => {
    const letters = inOrder(await look(stack, options.limit))
    const total = Math.max(await countDeadLetters(stack), letters.length)
    show(
      world,
      { json: { total, messages: letters.map(asJson) }, text: listText(letters, total) },
      options.json,
    )
  })
}

export async function showLetter(world: World, command: Command): Promise<void> {
  const [messageId = ''] = command.args
  const options = readOptions(command, {})
  await withStack(world, options, async (stack) => {
    const letter = (await look(stack, ALL, messageId)).find((one) => one.messageId === messageId)
    if (letter === undefined) {
      throw new CliError(
        'failed',
        `the dead-letter queue has no message ${messageId} now`,
        'list it with wxpay dlq ls; a message that another reader holds shows up again within a minute',
      )
    }
    const facts = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
    const stored = letter.factKey === undefined ? undefined : await facts.get(letter.factKey)
    const text = `${letterText(letter)}\n\n${letter.factKey === undefined ? 'not ours: redrive leaves it where it is' : factDetails(stored)}`
    show(world, { json: { ...asJson(letter), fact: stored ?? null }, text }, options.json)
  })
}

export async function redriveLetters(world: World, command: Command): Promise<void> {
  const options = readOptions(command, { rate: wholeNumber(1, 1000), limit: optionalLimit() })
  await withStack(world, options, async (stack) => {
    const total = await countDeadLetters(stack)
    if (total > 0) {
      await confirm(
        world,
        `move up to ${counted(Math.min(total, options.limit), 'message')} of the stack ${stack.name} back to the fact queue`,
        options,
      )
    }
    const { moved, left } = await redrive(world, stack, { ...options, total })
    const text = `moved ${counted(moved, 'message')} to the fact queue${left.length === 0 ? '' : `\n\nleft in the dead-letter queue\n${leftText(left)}`}`
    show(world, { json: { moved, left: left.map(asJson) }, text }, options.json)
    if (left.length === 0) return
    throw new CliError(
      'failed',
      `left in the dead-letter queue: ${counted(left.length, 'message')}`,
      'look at each with wxpay dlq show; find out who sends to the fact queue what this stack does not know',
    )
  })
}

function optionalLimit() {
  return v.optional(wholeNumber(1, ALL), String(ALL))
}

/** Looks at the messages, up to the wanted one if there is one, and puts all of them back. */
async function look(stack: StackAccess, limit: number, wanted?: string): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of receiveDeadLetters(stack, limit)) {
    letters.push(letter)
    if (letter.messageId === wanted) break
  }
  await putBack(stack, letters)
  return letters
}

function listText(letters: readonly DeadLetter[], total: number): string {
  if (total === 0) return 'the dead-letter queue is empty'
  if (letters.length === 0)
    return `${counted(total, 'message')} in the dead-letter queue, and another reader holds all of them: try again in some minutes`
  const rows = letters.map(({ messageId, sentAt, factKey, foreign }) => [
    messageId,
    timeText(sentAt),
    factKey ?? `NOT OURS: ${foreign ?? ''}`,
  ])
  return `${table(['MESSAGE', 'SENT', 'FACT'], rows)}\n${letters.length} of about ${counted(total, 'message')}`
}

/** A look puts messages back behind the others: the list has an order of its own. */
function inOrder(letters: readonly DeadLetter[]): readonly DeadLetter[] {
  return letters.toSorted((a, b) => a.sentAt - b.sentAt || a.messageId.localeCompare(b.messageId))
}

function leftText(letters: readonly DeadLetter[]): string {
  const rows = letters.map(({ messageId, foreign }) => [messageId, foreign ?? ''])
  return table(['MESSAGE', 'WHY'], rows)
}

function letterText({ messageId, sentAt, receives, factKey, foreign, bodySha256 }: DeadLetter): string {
  return fields({
    message: messageId,
    sent: timeText(sentAt),
    receives: `${receives}, looks included`,
    fact: factKey,
    'not ours': foreign,
    'body sha256': bodySha256,
  })
}

function asJson({ messageId, sentAt, receives, factKey, foreign, bodySha256 }: DeadLetter): object {
  return {
    message_id: messageId,
    sent_at: new Date(sentAt).toISOString(),
    receives,
    fact_key: factKey ?? null,
    not_ours: foreign ?? null,
    body_sha256: bodySha256,
  }
}
