/** `wxpay reconcile run|show|diff` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { isDay } from '#shared/beijing-day.ts'
import { needsSomebody } from '#shared/reconciliation/report.ts'
import { accountOf } from '#cli/stack/accounts.ts'
import { runNow, storedDay } from '#cli/stack/stack-reconciliation.ts'
import type { DayFound } from '#cli/stack/stack-reconciliation.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { ProviderOption, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { findingsCsv, findingsText, reportText, runText } from '#cli/terminal/report-text.ts'
import type { World } from '#cli/terminal/world.ts'

export async function runDay(world: World, command: Command): Promise<void> {
  const options = readOptions(command, ProviderOption)
  const day = dayIn(command)
  await withStack(world, options, async (stack) => {
    const account = accountOf(stack, options)
    await runNow(stack, day, account)
    tellDay(world, await storedDay(stack, day, account), options.json)
  })
}

export async function showDay(world: World, command: Command): Promise<void> {
  const options = readOptions(command, ProviderOption)
  const day = dayIn(command)
  await withStack(world, options, async (stack) => {
    tellDay(world, await storedDay(stack, day, accountOf(stack, options)), options.json)
  })
}

export async function showDifferences(world: World, command: Command): Promise<void> {
  const options = readOptions(command, { ...ProviderOption, csv: v.optional(v.boolean(), false) })
  const day = dayIn(command)
  if (options.csv && options.json)
    throw new CliError('usage', '--csv and --json are two forms of the same', 'give one of them')
  await withStack(world, options, async (stack) => {
    tellDifferences(world, await storedDay(stack, day, accountOf(stack, options)), options)
  })
}

/** @throws CliError `usage` */
function dayIn({ args: [text = ''] }: Command): string {
  if (isDay(text)) return text
  throw new CliError('usage', '<day> must be a day of the calendar, as in 2026-11-24', 'correct it')
}

function tellDay(world: World, { run, report }: DayFound, asJson: boolean): void {
  const text = [runText(run), ...(report === undefined ? [] : [reportText(report)])].join('\n\n')
  show(world, { json: { run, report: report ?? null }, text }, asJson)
}

function tellDifferences(
  world: World,
  { report }: DayFound,
  { csv, json }: { readonly csv: boolean; readonly json: boolean },
): void {
  const findings = report?.findings ?? []
  const text = csv ? findingsCsv(findings) : findingsText(findings)
  show(world, { json: { total: findings.length, findings }, text }, json)
  const waiting = report === undefined ? 0 : needsSomebody(report)
  if (waiting === 0) return
  throw new CliError(
    'failed',
    `${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for a person`,
    'wxpay order show says why an order is held; what is open is asked for again by wxpay reconcile run',
  )
}
