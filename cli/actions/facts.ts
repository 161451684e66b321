/** `wxpay facts ls|show|replay` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { FACT_KINDS, parseFactKey } from '#shared/facts/fact-key.ts'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { accountOf } from '#cli/stack/accounts.ts'
import { type ListedFact, listPending, makePending, scanFacts } from '#cli/stack/facts-table.ts'
import {
  type GlobalOptions,
  ProviderOption,
  readOptions,
  readWindow,
  wholeNumber,
} from '#cli/terminal/options.ts'
import { counted, show, table, timeText } from '#cli/terminal/output.ts'
import { createPace } from '#cli/stack/pace.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Window = {
  ...ProviderOption,
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  kind: v.optional(v.picklist(FACT_KINDS)),
  settled: v.optional(v.boolean(), false),
}
type WindowOptions = v.InferOutput<v.ObjectSchema<typeof Window, undefined>>

const SHOWN_AT_MOST = 1000
const PROGRESS_EVERY = 100

export async function listFacts(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Window)
  await withStack(world, options, async (stack) => {
    const found = await select(world, stack, options)
    show(
      world,
      { json: { total: found.length, facts: found.map(asJson) }, text: listText(found, options) },
      options.json,
    )
  })
}

export async function replayFacts(world: World, command: Command): Promise<void> {
  const options = readOptions(command, {
    ...Window,
    dryRun: v.optional(v.boolean(), false),
    rate: wholeNumber(1, 1000),
  })
  if (options.from === undefined) {
    throw new CliError('usage', 'replay needs --from', 'say from when on, as in --from 2h')
  }
  await withStack(world, options, async (stack) => {
    const found = await select(world, stack, options)
    if (options.dryRun) {
      const text = `${listText(found, options)}\n\nnothing was dispatched (--dry-run)`
      show(
        world,
        { json: { dry_run: true, total: found.length, facts: found.map(asJson) }, text },
        options.json,
      )
      return
    }
    await replay(world, stack, { found, options })
  })
}

async function select(
  world: World,
  stack: StackAccess,
  options: WindowOptions,
): Promise<readonly ListedFact[]> {
  const window = readWindow(options, world.clock.now())
  const found = options.settled ? await scanFacts(world, stack, window) : await listPending(stack, window)
  const { kind, provider } = options
  if (kind === undefined && provider === undefined) return found
  const account = provider === undefined ? undefined : accountOf(stack, { provider }).mchid
  return found.filter(({ factKey }) => {
    const fact = parseFactKey(factKey)
    return (
      fact.ok && fact.key.kind === (kind ?? fact.key.kind) && fact.key.mchid === (account ?? fact.key.mchid)
    )
  })
}

interface Replay {
  readonly found: readonly ListedFact[]
  readonly options: GlobalOptions & { readonly rate: number }
}

async function replay(world: World, stack: StackAccess, { found, options }: Replay): Promise<void> {
  const settled = found.filter(({ pending }) => !pending).length
  if (found.length > 0) {
    const again = settled === 0 ? '' : `; subscribers get ${settled} events a second time, under the same ids`
    await confirm(
      world,
      `dispatch ${counted(found.length, 'fact')} of the stack ${stack.name}${again}`,
      options,
    )
  }
  const dispatcher = createSqsDispatcher({ client: stack.sqs, queueUrl: stack.queues.facts })
  const turn = createPace(world, options.rate)
  let done = 0
  for (const { factKey, pending } of found) {
    await turn()
    // Pending first: were this to end here, the sweep would dispatch it.
    if (!pending) await makePending(stack, factKey, world.clock.now())
    await dispatcher.dispatch(factKey)
    done += 1
    if (done % PROGRESS_EVERY === 0) world.terminal.err(`dispatched ${done} of ${found.length}\n`)
  }
  const text = `dispatched ${counted(done, 'fact')}${settled === 0 ? '' : `, ${settled} of them settled before`}; wxpay facts ls shows what is still pending`
  show(world, { json: { dispatched: done, settled_before: settled }, text }, options.json)
}

function listText(facts: readonly ListedFact[], options: WindowOptions): string {
  if (facts.length === 0) return noneText(options)
  const rows = facts
    .slice(0, SHOWN_AT_MOST)
    .map(({ factKey, receivedAt, pending, dueAt }) => [
      timeText(receivedAt),
      pending ? 'pending' : 'settled',
      dueAt === undefined ? '' : timeText(dueAt),
      factKey,
    ])
  const left = facts.length - rows.length
  const more = left > 0 ? `\n… and ${left} more (--json lists all)` : ''
  return `${table(['RECEIVED', 'STATE', 'NEXT DISPATCH', 'FACT'], rows)}${more}\n${counted(facts.length, 'fact')}`
}

/** Nothing that waits is as it should be; nothing at all may be a wrong window. */
function noneText({ from, to, kind, settled, provider }: WindowOptions): string {
  const narrowed = [from, to, kind, provider].some((option) => option !== undefined)
  if (settled)
    return narrowed ? 'no fact is stored that was received then and is of that kind' : 'no fact is stored'
  return narrowed ? 'no fact of these is waiting' : 'no fact is waiting'
}

function asJson({ factKey, receivedAt, pending, dueAt }: ListedFact): object {
  return {
    fact_key: factKey,
    received_at: new Date(receivedAt).toISOString(),
    pending,
    ...(dueAt === undefined ? {} : { dispatch_due_at: new Date(dueAt).toISOString() }),
  }
}
