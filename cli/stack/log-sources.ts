/** Where lines of logs come from: the files of a local stack, CloudWatch Logs Insights of a deployed one. */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { TimeWindow } from '#cli/terminal/options.ts'
import type { World } from '#cli/terminal/world.ts'
import type { LocalLevers } from './known-stack.ts'
import type { LogSource } from './log-thread.ts'
import type { StackAccess } from './stack-access.ts'

/** @throws CliError `failed` when CloudWatch does not carry a query out */
export function logSourceOf(world: World, stack: StackAccess, window: TimeWindow): LogSource {
  return stack.local === undefined ? insights(world, stack, window) : files(stack.local, window)
}

function files({ logsDirectory }: LocalLevers, { from, to }: TimeWindow): LogSource {
  return {
    async holding(texts) {
      const found: string[] = []
      for (const name of await readdir(logsDirectory)) {
        const lines = createInterface({ input: createReadStream(join(logsDirectory, name)) })
        for await (const line of lines) {
          if (texts.some((text) => line.includes(text)) && isWithin(line, from, to)) found.push(line)
        }
      }
      return found
    },
    close: () => {},
  }
}

function isWithin(line: string, from: number, to: number): boolean {
  const at = Date.parse(/^\{"time":"([^"]+)"/.exec(line)?.[1] ?? '')
  return at >= from && at <= to
}

/** What one query may look for, and the most lines that it gives. */
const TEXTS_A_QUERY = 40
const LINES_A_QUERY = 10_000
const POLL_MS = 1000

function insights(world: World, stack: StackAccess, window: TimeWindow): LogSource {
  const client = new CloudWatchLogsClient({ region: stack.region })
  let groups: Promise<readonly string[]> | undefined
  return {
    async holding(texts) {
      groups ??= logGroupsOf(stack)
      const logGroupNames = [...(await groups)]
      const found: string[] = []
      for (let first = 0; first < texts.length; first += TEXTS_A_QUERY) {
        const some = texts.slice(first, first + TEXTS_A_QUERY)
        found.push(...(await query(world, client, { logGroupNames, window, texts: some })))
      }
      return found
    },
    close: () => client.destroy(),
  }
}

async function logGroupsOf({ lambda, functionNames }: StackAccess): Promise<readonly string[]> {
  const told = await Promise.all(
    functionNames.map((FunctionName) => lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))),
  )
  return told.flatMap(({ LoggingConfig: logging }) => logging?.LogGroup ?? [])
}

interface Query {
  readonly logGroupNames: string[]
  readonly window: TimeWindow
  readonly texts: readonly string[]
}

async function query(
  { terminal, pause }: World,
  client: CloudWatchLogsClient,
  { logGroupNames, window, texts }: Query,
): Promise<readonly string[]> {
  const holds = texts.map((text) => `@message like "${text}"`).join(' or ')
  terminal.err(`asking CloudWatch for lines of ${logGroupNames.length} log groups\n`)
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupNames,
      startTime: Math.floor(window.from / 1000),
      endTime: Math.ceil(window.to / 1000),
      queryString: `fields @message | filter ${holds} | sort @timestamp asc | limit ${LINES_A_QUERY}`,
    }),
  )
  for (;;) {
    const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }))
    if (status === 'Complete') return messagesIn(terminal, results)
    if (status !== 'Scheduled' && status !== 'Running') throw notCarriedOut(status)
    await pause(POLL_MS)
  }
}

function messagesIn(
  terminal: World['terminal'],
  rows: ReadonlyArray<readonly ResultField[]>,
): readonly string[] {
  if (rows.length >= LINES_A_QUERY) {
    terminal.err(`there are more than ${LINES_A_QUERY} lines: shorten the window with --from and --to\n`)
  }
  return rows.flatMap((row) => row.find(({ field }) => field === '@message')?.value ?? [])
}

function notCarriedOut(status: string | undefined): CliError {
  return new CliError(
    'failed',
    `CloudWatch did not carry the query out (${status ?? 'no status'})`,
    'repeat it with a shorter window: --from and --to',
  )
}
