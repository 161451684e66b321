/** `wxpay reconcile run|show|diff` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { isDay } from '#shared/beijing-day.ts'
import { needsSomebody } from '#shared/reconciliation/report.ts'
import { runNow, storedDay } from '#cli/stack/stack-reconciliation.ts'
import type { DayFound } from '#cli/stack/stack-reconciliation.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { findingsCsv, findingsText, reportText, runText } from '#cli/terminal/report-text.ts'
import type { World } from '#cli/terminal/world.ts'

export function addReconcileCommands(program: Command, world: World): void {
  const reconcile = program
    .command('reconcile')
    .description("compares a day of the books with WeChat's bills")
  reconcile
    .command('run')
    .argument('<day>', 'of Beijing, as in 2026-11-24; one of the last 90')
    .description('reconciles a day now instead of at 10:30 Beijing time, and shows its report')
    .addHelpText(
      'after',
      `
Payments that only WeChat has become facts, refunds are asked for and adopted, and what cannot be explained holds its order for
a person. Running a day again heals nothing twice and gives the same report. A run takes a quarter of an hour at most; what it
leaves is done by the next one.`,
    )
    .action(async (text: string, _options, command: Command) => {
      const options = readOptions(command, {})
      const day = readDay(text)
      await withStack(world, options, async (stack) => {
        await runNow(stack, day)
        showDay(world, await storedDay(stack, day), options.json)
      })
    })
  reconcile
    .command('show')
    .argument('<day>', 'of Beijing, as in 2026-11-24')
    .description('shows the report of a day as it is stored; asks nobody else')
    .action(async (text: string, _options, command: Command) => {
      const options = readOptions(command, {})
      const day = readDay(text)
      await withStack(world, options, async (stack) => {
        showDay(world, await storedDay(stack, day), options.json)
      })
    })
  reconcile
    .command('diff')
    .argument('<day>', 'of Beijing, as in 2026-11-24')
    .option('--csv', 'as comma-separated values')
    .description("lists what differs between WeChat's bill and the books, and what became of it")
    .addHelpText(
      'after',
      '\nEnds with 1 when something waits for a person: orders held, or questions without an answer.',
    )
    .action(async (text: string, _options, command: Command) => {
      const options = readOptions(command, { csv: v.optional(v.boolean(), false) })
      const day = readDay(text)
      if (options.csv && options.json)
        throw new CliError('usage', '--csv and --json are two forms of the same', 'give one of them')
      await withStack(world, options, async (stack) => {
        showDifferences(world, await storedDay(stack, day), options)
      })
    })
}

/** @throws CliError `usage` */
function readDay(text: string): string {
  if (isDay(text)) return text
  throw new CliError('usage', '<day> must be a day of the calendar, as in 2026-11-24', 'correct it')
}

function showDay(world: World, { run, report }: DayFound, asJson: boolean): void {
  const text = [runText(run), ...(report === undefined ? [] : [reportText(report)])].join('\n\n')
  show(world, { json: { run, report: report ?? null }, text }, asJson)
}

function showDifferences(
  world: World,
  { report }: DayFound,
  { csv, json }: { readonly csv: boolean; readonly json: boolean },
): void {
  const findings = report?.findings ?? []
  const text = csv ? findingsCsv(findings) : findingsText(findings)
  show(world, { json: findings, text }, json)
  const waiting = report === undefined ? 0 : needsSomebody(report)
  if (waiting === 0) return
  throw new CliError(
    'failed',
    `${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for a person`,
    'wxpay order show says why an order is held; what is open is asked for again by wxpay reconcile run',
  )
}
