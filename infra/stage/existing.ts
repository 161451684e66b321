/** What is there already, by its ARN: a table that was restored, or what an earlier stack has left. The stack uses it and does not manage it. */
import * as v from 'valibot'
import { CHANNEL_EXISTING, propOf, SECRET_NAMES } from '#infra/channels/channels.ts'
import { arnOf } from '#infra/rules/setting-rules.ts'

const table = arnOf('a table', /dynamodb:[a-z0-9-]+:[0-9]{12}:table\/[A-Za-z0-9_.-]{3,255}/)
const queue = arnOf('a standard queue', /sqs:[a-z0-9-]+:[0-9]{12}:[\w-]{1,80}/)

export const Existing = v.strictObject({
  ordersTable: table,
  factsTable: table,
  /** The key of the stack, under which secrets that exist are encrypted. */
  key: arnOf('a key', /kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+/),
  ...CHANNEL_EXISTING,
  factQueue: queue,
  factDeadLetterQueue: queue,
  /** Of the reports of reconciliations; its ARN says neither region nor account. */
  reportsBucket: arnOf('a bucket', /s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/),
  keyRefreshQueue: arnOf('a FIFO queue', /sqs:[a-z0-9-]+:[0-9]{12}:[\w-]{1,75}\.fifo/),
})

export type ExistingResources = v.InferOutput<typeof Existing>

/** What has its region and account in its ARN: all but the bucket. */
export function regionalOf({
  reportsBucket: _global,
  ...regional
}: ExistingResources): Omit<ExistingResources, 'reportsBucket'> {
  return regional
}

/** @returns one sentence a contradiction. */
export function contradictionsOf(existing: ExistingResources): string[] {
  const problems: string[] = []
  if (existing.key === undefined && SECRET_NAMES.some((name) => existing[propOf(name)] !== undefined)) {
    problems.push('existing.key must be set for secrets that exist: they are encrypted under it')
  }
  if ((existing.factQueue === undefined) !== (existing.factDeadLetterQueue === undefined)) {
    problems.push('existing.factQueue and existing.factDeadLetterQueue belong together')
  }
  return problems
}
