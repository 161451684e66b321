/** The reconciliation of a stack: its runs and reports as they are stored, and the function that makes them. */
import { PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import * as v from 'valibot'
import type { Provider } from '#shared/providers.ts'
import { decodeJson } from '#shared/json.ts'
import type { DayRun } from '#shared/reconciliation/day-run.ts'
import type { Report } from '#shared/reconciliation/report.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { createS3Reports } from '#shared/stores/s3-reports.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { type Account, accountOf } from './accounts.ts'
import type { StackAccess } from './stack-access.ts'

export interface DayFound {
  readonly run: DayRun
  /** Absent as long as no bill was read. */
  readonly report: Report | undefined
}

/** @throws CliError `failed` when no run of that day was ever made */
export async function storedDay(
  stack: StackAccess,
  day: string,
  { provider, mchid }: Account = accountOf(stack),
): Promise<DayFound> {
  const table = { client: stack.dynamodb, tableName: stack.tables.orders }
  const run = await createDynamoDayRuns({ ...table, mchid }).get(day)
  if (run === undefined)
    throw new CliError(
      'failed',
      `no run of the day ${day} was made in the stack ${stack.name} for ${PROVIDER_NAMES[provider]}`,
      `wxpay reconcile run ${day} --provider ${provider} makes one`,
    )
  const reports = createS3Reports({ client: stack.s3, bucket: stack.buckets.reports, mchid })
  return { run, report: run.digest === undefined ? undefined : await reports.get(day) }
}

const Answer = v.object({ ran: v.boolean() })
const Refused = v.object({ errorType: v.optional(v.string(), ''), errorMessage: v.optional(v.string(), '') })

/** Runs it now and waits. @throws CliError `failed` when it fails, or another run is at it */
export async function runNow(stack: StackAccess, day: string, { provider }: Account): Promise<void> {
  const { payload, failed } = await invoked(stack, { day, provider })
  if (failed) {
    const told = v.safeParse(Refused, payload)
    const why = told.success ? `: ${told.output.errorMessage}` : ''
    throw new CliError(
      'failed',
      `the run of the day ${day} failed${why}`,
      'wxpay reconcile show says how far it came, and the log of reconcile why; running it again goes on from there',
    )
  }
  const answer = v.safeParse(Answer, payload)
  if (answer.success && answer.output.ran) return
  throw new CliError(
    'failed',
    'another run is at work',
    'wait until it has ended: a quarter of an hour at most',
  )
}

async function invoked(
  { lambda, functions }: StackAccess,
  asked: { readonly day: string; readonly provider: Provider },
): Promise<{ readonly payload: unknown; readonly failed: boolean }> {
  const Payload = Buffer.from(JSON.stringify(asked))
  const answer = await lambda.send(new InvokeCommand({ FunctionName: functions.reconcile, Payload }))
  const payload = decodeJson(answer.Payload ?? new Uint8Array())?.json
  return { payload, failed: answer.FunctionError !== undefined }
}
