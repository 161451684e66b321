/** `wxpay logs` */
import type { Command } from 'commander'
import * as v from 'valibot'
import type { Provider } from '#shared/providers.ts'
import { accountOf } from '#cli/stack/accounts.ts'
import { findOrder } from '#cli/stack/find-order.ts'
import { logSourceOf } from '#cli/stack/log-sources.ts'
import { type LogEntry, threadOf } from '#cli/stack/log-thread.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { ProviderOption, readOptions, readWindow } from '#cli/terminal/options.ts'
import { counted, show, table } from '#cli/terminal/output.ts'
import { Styled } from '#cli/terminal/style.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { ...ProviderOption, from: v.string(), to: v.optional(v.string()) }
/** What an order, a fact, an answer or a line of a log may be called: nothing that a query takes for more than text. */
const ID = /^[\w\-|*@=+/#.:]{4,256}$/

export async function followLogs(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  const [id = ''] = command.args
  if (!ID.test(id)) {
    throw new CliError(
      'usage',
      '<id> must be a number of an order or refund, or an id as it stands in a log, of 4 to 256 characters',
      'give it as it is, in quotes',
    )
  }
  const window = readWindow(options, world.clock.now())
  await withStack(world, options, async (stack) => {
    const ids = [...new Set([id, ...(await numbersOf(stack, id, options))])]
    const source = logSourceOf(world, stack, window)
    const lines = await threadOf(source, ids).finally(() => source.close())
    if (lines.length === 0) {
      throw new CliError(
        'failed',
        `no function logged anything about ${id} since ${new Date(window.from).toISOString()}`,
        'give an earlier --from, and check the id and --stack',
      )
    }
    const text = `${table(['TIME', 'FUNCTION', 'LEVEL', 'CODE', 'ABOUT'], lines.map(rowOf))}\n${counted(lines.length, 'line')}`
    show(world, { json: { total: lines.length, lines }, text }, options.json)
  })
}

/** All that the order is known by, where it is one. */
async function numbersOf(
  stack: StackAccess,
  id: string,
  options: { readonly provider?: Provider | undefined },
): Promise<readonly string[]> {
  const order = await findOrder(stack, id, accountOf(stack, options))
  return order === undefined ? [] : [order.out_trade_no, ...Object.keys(order.refunds)]
}

const IN_COLUMNS = ['time', 'function_name', 'level', 'code']
/** What joins lines, and says nothing to a person who sees them joined. */
const JOINS = ['trace_id', 'request_id', 'correlation_id', '_aws', 'stage']

function styled(level: string): string | Styled {
  if (level === 'error') return new Styled('red', level)
  return level === 'warn' ? new Styled('yellow', level) : level
}

function rowOf(entry: LogEntry): ReadonlyArray<string | Styled> {
  const about = Object.entries(entry)
    // Metrics begin with a capital.
    .filter(([name]) => !IN_COLUMNS.includes(name) && !JOINS.includes(name) && !/^[A-Z]/.test(name))
    .map(([name, value]) => `${name}=${String(value)}`)
  return [entry.time, entry.function_name, styled(entry.level), entry.code, about.join(' ')]
}
