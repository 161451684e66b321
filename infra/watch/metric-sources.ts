/** The metrics of a stage: our own from the logs, and those of the services it uses. */
import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { ROTATION_INTERVAL_MS } from '#shared/time-limits.ts'
import { METRIC_NAMESPACE, type MetricName } from '#shared/metrics.ts'
import { type ByOperation, LIVE } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'

export type WatchedTable = 'orders' | 'facts'

/** What the metrics are about. */
export interface MetricSubjects {
  readonly stage: string
  readonly functionNames: ByOperation<string>
  readonly apiIds: readonly string[]
  readonly tables: Readonly<
    Record<WatchedTable, { readonly name: string; readonly indexes: readonly string[] }>
  >
  readonly factQueueName: string
  readonly factDeadLetterQueueName: string
}

export interface Reading {
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'p50' | 'p99'
  readonly minutes: number
}

/** What rotate-certs counts is read over this: one rotation may fail and the next one make it good. */
export const TWO_ROTATIONS_MINUTES = (2 * ROTATION_INTERVAL_MS) / 60_000

const TABLE_OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'Query']

export class MetricSources {
  readonly #subjects: MetricSubjects

  constructor(subjects: MetricSubjects) {
    this.#subjects = subjects
  }

  /** One of `shared/metrics.ts`, as one function counts it. */
  own(name: MetricName, operation: Operation, reading: Reading): Metric {
    const dimensionsMap = { stage: this.#subjects.stage, function_name: operation }
    return metric({ namespace: METRIC_NAMESPACE, metricName: name, dimensionsMap }, reading)
  }

  /** The same, of all functions that count it. */
  ownOf(name: MetricName, operations: readonly Operation[], reading: Reading): Metric | MathExpression {
    const each = operations.map((operation) => this.own(name, operation, reading))
    return together(name, each, reading)
  }

  /** Of the live version, not of calls by hand. */
  lambda(metricName: string, operation: Operation, reading: Reading): Metric {
    const name = this.#subjects.functionNames[operation] ?? operation
    const dimensionsMap = { FunctionName: name, Resource: `${name}:${LIVE}` }
    return metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap }, reading)
  }

  /** Of these functions together; an alarm reads ten metrics at most. */
  lambdas(metricName: string, operations: readonly Operation[], reading: Reading): Metric | MathExpression {
    const each = operations.map((operation) => this.lambda(metricName, operation, reading))
    return together(metricName, each, reading)
  }

  /** All functions of the account. */
  accountConcurrency(reading: Reading): Metric {
    return metric({ namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions' }, reading)
  }

  /** Over all HTTP APIs: `5xx`, `4xx` or `Count`. */
  api(metricName: '5xx' | '4xx' | 'Count', reading: Reading): MathExpression {
    const each = this.#subjects.apiIds.map((ApiId) =>
      metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap: { ApiId } }, reading),
    )
    return sum(metricName, each, reading)
  }

  /** Percent of the requests that failed; 0 while fewer than `atLeast` came. */
  apiErrorPercent(reading: Reading, atLeast = 1): MathExpression {
    const { minutes } = reading
    return math(`IF(total >= ${atLeast}, 100 * errors / total, 0)`, {
      minutes,
      label: '5xx %',
      using: { errors: this.api('5xx', reading), total: this.api('Count', reading) },
    })
  }

  queue(metricName: string, queue: 'facts' | 'deadLetter', reading: Reading): Metric {
    const { factQueueName, factDeadLetterQueueName } = this.#subjects
    const QueueName = queue === 'facts' ? factQueueName : factDeadLetterQueueName
    return metric({ namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName } }, reading)
  }

  /** Requests that a table or one of its indexes refused for lack of capacity; an alarm has no room for those of both tables. */
  tableThrottles(table: WatchedTable, reading: Reading): MathExpression {
    const { name: TableName, indexes } = this.#subjects.tables[table]
    const counted = [
      { TableName },
      ...indexes.map((GlobalSecondaryIndexName) => ({ TableName, GlobalSecondaryIndexName })),
    ]
    const each = counted.flatMap((dimensionsMap) =>
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) =>
        metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap }, reading),
      ),
    )
    return this.#known(sum('throttled', each, reading), reading)
  }

  /** Requests that DynamoDB could not answer. */
  tableErrors(reading: Reading): MathExpression {
    const each = Object.values(this.#subjects.tables).flatMap(({ name: TableName }) =>
      TABLE_OPERATIONS.map((Operation) =>
        metric(
          { namespace: 'AWS/DynamoDB', metricName: 'SystemErrors', dimensionsMap: { TableName, Operation } },
          reading,
        ),
      ),
    )
    return this.#known(sum('system errors', each, reading), reading)
  }

  /**
   * A number also where DynamoDB tells none. An alarm on its metrics keeps its state while they are missing, whatever it is told to
   * make of that, and they are missing as long as all is well; the sweep counts something every minute.
   */
  #known(counted: MathExpression, reading: Reading): MathExpression {
    const { minutes } = reading
    const using = { counted, beat: this.own('SweepHeartbeat', 'sweep', reading) }
    return math('0 * beat + counted', { minutes, label: String(counted.label), using })
  }
}

export interface MathOptions {
  readonly minutes: number
  readonly label: string
  readonly using: Record<string, IMetric>
}

/** An expression over metrics; `FILL` what may be missing. */
export function math(expression: string, { minutes, label, using }: MathOptions): MathExpression {
  return new MathExpression({ expression, usingMetrics: using, label, period: Duration.minutes(minutes) })
}

/** One is no sum. */
function together(label: string, metrics: readonly Metric[], reading: Reading): Metric | MathExpression {
  const [first, ...further] = metrics
  return first === undefined || further.length > 0 ? sum(label, metrics, reading) : first
}

/** Metrics that have no data count as 0. */
function sum(label: string, metrics: readonly Metric[], { minutes }: Reading): MathExpression {
  const prefix = label.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()
  const using = Object.fromEntries(metrics.map((each, i) => [`m${prefix}${i}`, each]))
  const terms = Object.keys(using).map((name) => `FILL(${name}, 0)`)
  return math(terms.join(' + '), { minutes, label, using })
}

interface Named {
  readonly namespace: string
  readonly metricName: string
  readonly dimensionsMap?: Record<string, string>
}

function metric(named: Named, { statistic, minutes }: Reading): Metric {
  return new Metric({ ...named, statistic, period: Duration.minutes(minutes) })
}
