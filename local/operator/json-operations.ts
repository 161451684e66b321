/** CloudWatch Logs and EventBridge, as far as the runbook asks them. */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { FunctionLogs } from '#local/lambda/function-logs.ts'
import type { LambdaService } from '#local/lambda/lambda-service.ts'
import type { ScheduledRule } from '#local/schedule/schedules.ts'
import { Refusal } from '#local/cloud/refusal.ts'
import { type Answer, json } from './answers.ts'
import { parseLogPattern } from './log-pattern.ts'

const FilterLogEvents = v.object({
  logGroupName: v.string(),
  filterPattern: v.optional(v.string(), ''),
  startTime: v.optional(v.number(), 0),
  endTime: v.optional(v.number(), Number.MAX_SAFE_INTEGER),
  limit: v.optional(v.number(), 10_000),
})
const ListRules = v.object({ NamePrefix: v.optional(v.string(), '') })

/** @throws Refusal of an unknown log group, LocalError of a pattern that cannot be read */
export function filterLogEvents(
  input: unknown,
  { lambda, logs }: { readonly lambda: LambdaService; readonly logs: FunctionLogs },
): Answer {
  const { logGroupName, filterPattern, startTime, endTime, limit } = v.parse(FilterLogEvents, input)
  const definition = lambda.functions.find(({ logGroup }) => logGroup === logGroupName)
  if (definition === undefined) {
    throw new Refusal('ResourceNotFoundException', 'The specified log group does not exist.')
  }
  const found = parseLogPattern(filterPattern)
  const events = logs
    .entries(definition.name)
    .filter(({ atMs, line }) => atMs >= startTime && atMs < endTime && found(line))
    .slice(0, limit)
    .map(({ atMs, line }, index) => ({
      logStreamName: 'local',
      timestamp: atMs,
      ingestionTime: atMs,
      message: line,
      eventId: createHash('sha256').update(`${atMs} ${index} ${line}`).digest('hex').slice(0, 56),
    }))
  return json({ events, searchedLogStreams: [] })
}

export function listRules(input: unknown, { rules }: { readonly rules: readonly ScheduledRule[] }): Answer {
  const { NamePrefix } = v.parse(ListRules, input)
  const Rules = rules
    .filter(({ name }) => name.startsWith(NamePrefix))
    .map(({ name, arn, enabled, expression }) => ({
      Name: name,
      Arn: arn,
      State: enabled ? 'ENABLED' : 'DISABLED',
      ScheduleExpression: expression,
      EventBusName: 'default',
    }))
  return json({ Rules })
}
