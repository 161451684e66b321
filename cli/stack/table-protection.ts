/** Whether the tables can be recovered and are protected: a table that was restored is neither, until somebody says so. */
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { attempt, ok, warn, type Check } from './check.ts'
import type { StackAccess } from './stack-access.ts'

const REMEDY = 'give it what it lacks, as in docs/runbook.md#restore-the-tables, step 2'

export async function checkTableProtection(stack: StackAccess): Promise<readonly Check[]> {
  // This machine keeps nothing.
  if (stack.local !== undefined) return []
  const { orders, facts } = stack.tables
  const groups = await Promise.all(
    [['orders', orders] as const, ['facts', facts] as const].map(([what, table]) =>
      attempt(`${what} recovery`, 'check that the credentials may describe it', () =>
        protection(stack, { name: `${what} recovery`, table }),
      ),
    ),
  )
  return groups.flat()
}

async function protection(
  { dynamodb }: StackAccess,
  { name, table: TableName }: { readonly name: string; readonly table: string },
): Promise<Check> {
  const [{ Table: table }, { ContinuousBackupsDescription: backups }] = await Promise.all([
    dynamodb.send(new DescribeTableCommand({ TableName })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
  ])
  const { PointInTimeRecoveryStatus: recovery, RecoveryPeriodInDays: days } =
    backups?.PointInTimeRecoveryDescription ?? {}
  const lacks = [
    ...(recovery === 'ENABLED' ? [] : ['point-in-time recovery']),
    ...(table?.DeletionProtectionEnabled === true ? [] : ['protection against deletion']),
  ]
  if (lacks.length > 0) return warn(name, `${TableName} has no ${lacks.join(' and no ')}`, REMEDY)
  return ok(name, `${TableName} can be restored to any second of ${days ?? 35} days, and is protected`)
}
