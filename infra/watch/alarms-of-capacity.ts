/** Alarms about the services underneath: failing answers, refused calls, limits. */
import type { AlarmDefinition, Thresholds } from './definition.ts'
import type { MetricSources, Reading, WatchedTable } from './metric-sources.ts'
import { type ChannelName, tellerOf } from '#infra/channels/channels.ts'
import { operationsOf } from '#infra/operations/operations.ts'
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'

const MINUTE: Reading = { statistic: 'Sum', minutes: 1 }
const FIVE_MINUTES: Reading = { statistic: 'Sum', minutes: 5 }

/** Share of failures that an availability of 99.9 % in 30 days allows, 14.4 and 6 times as fast (SRE Workbook, chapter 5). */
const FAST_BURN_PERCENT = 1.44
const SLOW_BURN_PERCENT = 0.6
/** Of fewer requests in an hour one failure would be a share. */
const ENOUGH_FOR_A_SHARE = 10

export function capacityAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  channels: readonly ChannelName[],
): readonly AlarmDefinition[] {
  const operations = operationsOf(channels)
  const about = {
    // Operations whose answers API Gateway counts.
    atTheApi: operations.filter((operation) => isAtTheApi(operation)),
    // Those that a queue or the clock starts.
    behindTheScenes: operations.filter((operation) => !isAtTheApi(operation)),
    teller: tellerOf(channels),
  }
  return [...answerAlarms(metrics, thresholds, about), ...limitAlarms(metrics, thresholds, about)]
}

interface About {
  readonly atTheApi: readonly Operation[]
  readonly behindTheScenes: readonly Operation[]
  /** Who tells what is told. */
  readonly teller: string
}

function isAtTheApi(operation: Operation): boolean {
  return 'routes' in OPERATION_TABLE[operation]
}

function answerAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  { atTheApi, teller }: About,
): readonly AlarmDefinition[] {
  const impact = `Requests fail: merchants cannot pay or refund, or ${teller} gets no acknowledgement and repeats.`
  return [
    {
      id: 'ServerErrors',
      runbook: 'server-errors',
      metric: metrics.apiErrorPercent(MINUTE),
      threshold: thresholds.serverErrorPercent,
      // One failure in a quiet minute is no share; two minutes of them are.
      periods: 3,
      enough: 2,
      impact,
      action: 'Find the route in the access log, then the error in the log of its function.',
      turnsBack: atTheApi,
    },
    {
      id: 'ErrorBudget fast',
      runbook: 'error-budget',
      metric: metrics.apiErrorPercent({ statistic: 'Sum', minutes: 60 }, ENOUGH_FOR_A_SHARE),
      threshold: FAST_BURN_PERCENT,
      impact: `${impact} At this rate the budget of a month is gone in two days.`,
      action: 'As for server-errors; stop releases.',
    },
    {
      id: 'ErrorBudget slow',
      runbook: 'error-budget',
      metric: metrics.apiErrorPercent({ statistic: 'Sum', minutes: 360 }, ENOUGH_FOR_A_SHARE),
      threshold: SLOW_BURN_PERCENT,
      impact: `${impact} At this rate the budget of a month is gone in five days.`,
      action: 'As for server-errors, within the day.',
    },
  ]
}

function tableThrottles(metrics: MetricSources, table: WatchedTable): AlarmDefinition {
  return {
    id: `TableThrottles ${table}`,
    runbook: 'table-throttles',
    metric: metrics.tableThrottles(table, FIVE_MINUTES),
    threshold: 1,
    periods: 2,
    impact: `DynamoDB refuses reads or writes of ${table}; requests are repeated, slow or answered 503.`,
    action: 'See whether it is the table or an index, and whether traffic doubled within half an hour.',
  }
}

function limitAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  { atTheApi, behindTheScenes, teller }: About,
): readonly AlarmDefinition[] {
  return [
    tableThrottles(metrics, 'orders'),
    tableThrottles(metrics, 'facts'),
    {
      id: 'TableErrors',
      runbook: 'table-errors',
      metric: metrics.tableErrors(FIVE_MINUTES),
      threshold: 1,
      periods: 3,
      impact: `DynamoDB itself fails; nothing can be promised to ${teller} or merchants meanwhile.`,
      action: 'Look at the health dashboard of AWS for the region.',
    },
    {
      id: 'FunctionThrottles http',
      runbook: 'function-throttles',
      metric: metrics.lambdas('Throttles', atTheApi, FIVE_MINUTES),
      threshold: 1,
      periods: 2,
      impact: 'Lambda refuses to start functions: notifications and requests are answered 5xx.',
      action: 'Compare the concurrency of the account with its limit; ask for a higher one.',
    },
    {
      id: 'FunctionThrottles background',
      runbook: 'function-throttles',
      metric: metrics.lambdas('Throttles', behindTheScenes, FIVE_MINUTES),
      threshold: 1,
      periods: 2,
      impact:
        'Lambda refuses to start functions: orders become paid late, and what stopped is driven on late.',
      action: 'Compare the concurrency of the account with its limit; ask for a higher one.',
    },
    {
      id: 'FunctionConcurrency',
      runbook: 'function-concurrency',
      metric: metrics.accountConcurrency({ statistic: 'Maximum', minutes: 1 }),
      threshold: thresholds.concurrentExecutions,
      periods: 3,
      impact: 'The account comes near its limit of functions at work; beyond it they are throttled.',
      action: 'Find who uses it and ask for a higher limit.',
    },
  ]
}
