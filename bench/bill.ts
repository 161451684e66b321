/** Turns counts into a bill, a line for each service. */
import type { Counts } from './counts.ts'
import type { TemplateCosts } from './template-costs.ts'
import { PRICES, type PriceName } from './prices.ts'

export interface BillLine {
  readonly service: string
  readonly what: string
  readonly units: number
  readonly price: PriceName
  readonly usd: number
}

const GB = 1_000_000_000

/** The bill of counts, each service on its lines. */
export function billOf(
  counts: Counts,
  { accessLogBytes }: Pick<TemplateCosts, 'accessLogBytes'>,
): readonly BillLine[] {
  const { invocations, gbSeconds } = counts
  return [
    line('API Gateway', 'HTTP API requests', counts.httpApi, 'httpApiRequest'),
    line('Lambda', 'invocations', sum(invocations), 'lambdaRequest'),
    line('Lambda', 'duration', sum(gbSeconds), 'lambdaGbSecond'),
    line('DynamoDB', 'writes, indexes included', counts.dynamoWrites, 'dynamoWrite'),
    line('DynamoDB', 'reads', counts.dynamoReads, 'dynamoRead'),
    line('SQS', 'sends, receives, deletes', counts.sqsSends + counts.sqsPolls, 'sqsRequest'),
    line('SNS', 'events published', counts.snsPublishes, 'snsPublish'),
    line('CloudWatch', 'logs of the functions', counts.logBytes / GB, 'logGb'),
    line('CloudWatch', 'access log', (counts.httpApi * accessLogBytes) / GB, 'logGb'),
  ]
}

export interface FixedInput extends TemplateCosts {
  /** Of one run without work. */
  readonly sweep: Counts
  readonly rotation: Counts
  /** Of one run of reconcile on a day of which it was done before. */
  readonly reconciliation: Counts
  /** Distinct custom metrics, with their dimensions. */
  readonly metrics: number
}

const HOURS = 730
const SWEEPS = HOURS * 60
const ROTATIONS = HOURS / 6
/** A report a day, kept before and after what it lists is dealt with, and read when a day is run again. */
const REPORT_REQUESTS = 3 * (HOURS / 24)
/** Functions read a secret anew every 15 minutes. */
export const SECRET_READS_AN_HOUR = 4
/** Lambda keeps five long polls of 20 s open on each queue. */
const POLLS = 5 * 3 * 60 * HOURS
/** SNS makes a data key every five minutes and decrypts it once, for each principal that publishes: settle, and CloudWatch. */
const TOPIC_KEY_USES = 2 * 2 * 12 * HOURS

/** The bill of a month without a single payment. */
export function fixedBill({
  sweep,
  rotation,
  reconciliation,
  resources,
  metrics,
  alarmMetrics,
  cachedSecrets,
}: FixedInput): readonly BillLine[] {
  const queues = resources['AWS::Lambda::EventSourceMapping'] ?? 0
  const jobs = (read: (counts: Counts) => number) =>
    read(sweep) * SWEEPS + read(rotation) * ROTATIONS + read(reconciliation) * HOURS
  return [
    line(
      'Lambda',
      'scheduled invocations',
      jobs(({ invocations }) => sum(invocations)),
      'lambdaRequest',
    ),
    line(
      'Lambda',
      'scheduled duration',
      jobs(({ gbSeconds }) => sum(gbSeconds)),
      'lambdaGbSecond',
    ),
    line(
      'DynamoDB',
      'reads of scheduled runs',
      jobs(({ dynamoReads }) => dynamoReads),
      'dynamoRead',
    ),
    line(
      'DynamoDB',
      'writes of scheduled runs',
      jobs(({ dynamoWrites }) => dynamoWrites),
      'dynamoWrite',
    ),
    line('S3', 'reports of days', REPORT_REQUESTS, 's3Request'),
    line('SQS', `polls of ${queues} event sources`, POLLS * queues, 'sqsRequest'),
    line('Secrets Manager', 'secrets', resources['AWS::SecretsManager::Secret'] ?? 0, 'secretMonth'),
    line(
      'Secrets Manager',
      'reads, one warm container a function',
      cachedSecrets * SECRET_READS_AN_HOUR * HOURS,
      'secretRequest',
    ),
    line(
      'KMS',
      'uses of the key, one for each secret read, and those of SNS',
      cachedSecrets * SECRET_READS_AN_HOUR * HOURS + TOPIC_KEY_USES,
      'kmsRequest',
    ),
    line('KMS', 'customer-managed keys', resources['AWS::KMS::Key'] ?? 0, 'keyMonth'),
    line('CloudWatch', 'logs of scheduled runs', jobs(({ logBytes }) => logBytes) / GB, 'logGb'),
    line(
      'CloudWatch',
      `metrics of ${resources['AWS::CloudWatch::Alarm'] ?? 0} alarms`,
      alarmMetrics,
      'alarmMetricMonth',
    ),
    line('CloudWatch', 'dashboards', resources['AWS::CloudWatch::Dashboard'] ?? 0, 'dashboardMonth'),
    line('CloudWatch', 'custom metrics', metrics, 'metricMonth'),
  ].filter(({ units }) => units > 0)
}

/** Traces of a million payments: all of them, and what X-Ray's own rule keeps when they come evenly over a month. */
export function tracesOf({ invocations }: Counts): { readonly all: number; readonly sampled: number } {
  const all = sum(invocations)
  const aSecond = all / (HOURS * 3600)
  // One a second, and a twentieth of the rest; how many come in a second is left to chance.
  const first = 1 - Math.exp(-aSecond)
  const kept = (first + 0.05 * (aSecond - first)) / aSecond
  return { all: all * PRICES.trace.usd, sampled: all * kept * PRICES.trace.usd }
}

export function total(bill: readonly BillLine[]): number {
  return bill.reduce((all, { usd }) => all + usd, 0)
}

function line(service: string, what: string, units: number, price: PriceName): BillLine {
  return { service, what, units, price, usd: units * PRICES[price].usd }
}

function sum(record: Readonly<Record<string, number>>): number {
  return Object.values(record).reduce((all, value) => all + value, 0)
}
