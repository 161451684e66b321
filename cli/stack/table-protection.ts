/** Whether the tables can be recovered, are protected, and forget what may go: a table that was restored is and does none of it, until somebody says so. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { EXPIRY_ATTRIBUTE } from '#shared/stores/fact-item.ts'
import { attempt, ok, warn, type Check } from './check.ts'
import type { StackAccess } from './stack-access.ts'

const REMEDY = 'give it what it lacks, as in docs/runbook.md#restore-the-tables, step 2'

export async function checkTableProtection(stack: StackAccess): Promise<readonly Check[]> {
  // This machine keeps nothing.
  if (stack.local !== undefined) return []
  const { orders, facts } = stack.tables
  const groups = await Promise.all(
    [
      { name: 'orders recovery', table: orders },
      { name: 'facts recovery', table: facts, expiry: EXPIRY_ATTRIBUTE },
    ].map((subject) =>
      attempt(subject.name, 'check that the credentials may describe it', () => protection(stack, subject)),
    ),
  )
  return groups.flat()
}

interface Subject {
  /** Of the line. */
  readonly name: string
  readonly table: string
  /** The attribute by which items expire. @default they stay */
  readonly expiry?: string
}

async function protection(
  { dynamodb }: StackAccess,
  { name, table: TableName, expiry }: Subject,
): Promise<Check> {
  const [{ Table: table }, { ContinuousBackupsDescription: backups }, expires] = await Promise.all([
    dynamodb.send(new DescribeTableCommand({ TableName })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
    expiry === undefined || expiresBy(dynamodb, TableName, expiry),
  ])
  const { PointInTimeRecoveryStatus: recovery, RecoveryPeriodInDays: days } =
    backups?.PointInTimeRecoveryDescription ?? {}
  const lacks = [
    ...(recovery === 'ENABLED' ? [] : ['point-in-time recovery']),
    ...(table?.DeletionProtectionEnabled === true ? [] : ['protection against deletion']),
    ...(expires ? [] : [`expiry by ${expiry}`]),
  ]
  if (lacks.length > 0) return warn(name, `${TableName} has no ${lacks.join(' and no ')}`, REMEDY)
  return ok(name, `${TableName} can be restored to any second of ${days ?? 35} days, and is protected`)
}

async function expiresBy(
  dynamodb: StackAccess['dynamodb'],
  TableName: string,
  attribute: string,
): Promise<boolean> {
  const { TimeToLiveDescription: told } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))
  return told?.AttributeName === attribute && told.TimeToLiveStatus?.startsWith('ENABL') === true
}
