/** Alarms about orders, refunds and what is on its way to the merchant. */
import type { AlarmDefinition, Thresholds } from './definition.ts'
import { math, type MetricSources, type Reading } from './metric-sources.ts'

const MINUTE: Reading = { statistic: 'Sum', minutes: 1 }
const FIVE_MINUTES: Reading = { statistic: 'Sum', minutes: 5 }
const OLDEST: Reading = { statistic: 'Maximum', minutes: 1 }
/** Ten runs of the sweep: what cannot wait has half of each. */
const OVERDUE_SECONDS = 600

/** @param teller who tells what is told: the names of the channels. */
export function moneyAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  teller: string,
): readonly AlarmDefinition[] {
  return [
    ...deliveryAlarms(metrics, thresholds, teller),
    ...heldAlarms(metrics, teller),
    switchAlarm(metrics),
    ...sweepAlarms(metrics, teller),
  ]
}

function deliveryAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  teller: string,
): readonly AlarmDefinition[] {
  return [
    {
      id: 'FactsPending',
      runbook: 'facts-pending',
      metric: metrics.own('OldestPendingFactSeconds', 'sweep', { statistic: 'Maximum', minutes: 1 }),
      threshold: thresholds.pendingFactSeconds,
      periods: 3,
      // The sweep tells the age in every run: silence hides what may be waiting.
      missing: 'broken',
      impact: `Payments or refunds that ${teller} confirmed do not reach their orders and the merchant.`,
      action: 'Look at the errors of settle and at the dead-letter queue.',
    },
    {
      id: 'DeadLetter',
      runbook: 'dead-letter',
      metric: metrics.queue('ApproximateNumberOfMessagesVisible', 'deadLetter', {
        statistic: 'Maximum',
        minutes: 1,
      }),
      threshold: 1,
      impact: 'A fact failed five times; its order waits for a person.',
      action: 'Find the cause in the log of settle, mend it, redrive the queue.',
    },
    {
      id: 'FactFailed',
      runbook: 'fact-failed',
      metric: metrics.own('FactFailed', 'settle', MINUTE),
      threshold: 1,
      impact:
        'Facts cannot be applied or published now; each is tried five times, and asked for again after.',
      action: 'Read the error in the log of settle; turn the release back if there was one.',
      // Five tries take longer than a canary: the dead-letter queue tells of a bad release too late.
      turnsBack: ['settle'],
    },
    {
      id: 'FactQueueAge',
      runbook: 'fact-queue-age',
      metric: metrics.queue('ApproximateAgeOfOldestMessage', 'facts', { statistic: 'Maximum', minutes: 1 }),
      threshold: thresholds.queueAgeSeconds,
      periods: 3,
      impact: 'Orders become paid late: settle does not keep up or fails.',
      action: 'Compare errors, throttles and concurrency of settle.',
    },
  ]
}

function heldAlarms(metrics: MetricSources, teller: string): readonly AlarmDefinition[] {
  return [
    {
      id: 'FactsHeld',
      runbook: 'facts-held',
      metric: metrics.own('FactHeld', 'settle', FIVE_MINUTES),
      threshold: 1,
      impact: `An order is held: what ${teller} says of it does not fit it (amount, currency, application or unknown order).`,
      action: 'Compare the order with the merchant platform, then release it.',
    },
    {
      id: 'RefundWaits',
      runbook: 'refund-waits',
      metric: metrics.own('RefundWaits', 'settle', FIVE_MINUTES),
      threshold: 1,
      impact: 'A refund breaks a rule of the stage: it is reserved, and not sent before people approve it.',
      action: 'Look at the order and its refund, then approve or refuse it.',
    },
    {
      id: 'ApprovalOverdue',
      runbook: 'refund-waits',
      metric: metrics.own('ApprovalOverdue', 'sweep', FIVE_MINUTES),
      threshold: 1,
      impact:
        'Nobody has decided on a refund that waits for approval; soon all refunds are paused because of it.',
      action: 'Approve or refuse it now.',
    },
    {
      id: 'RefundAbnormal',
      runbook: 'refund-abnormal',
      metric: metrics.own('RefundAbnormal', 'settle', FIVE_MINUTES),
      threshold: 1,
      impact: "A refund cannot reach the payer's account; the payer waits for the money.",
      action: 'Have the money sent another way in the merchant platform.',
    },
    {
      id: 'RefundClosed',
      runbook: 'refund-closed',
      metric: metrics.own('RefundClosed', 'settle', FIVE_MINUTES),
      threshold: 1,
      impact: `${teller} closed a refund, as after seven days without funds: the payer got nothing.`,
      action: 'Check the balance of the merchant account and refund again under a new number.',
    },
  ]
}

function switchAlarm(metrics: MetricSources): AlarmDefinition {
  return {
    id: 'SwitchOn',
    runbook: 'switch-on',
    metric: metrics.own('SwitchesOn', 'sweep', OLDEST),
    threshold: 1,
    // The sweep tells it in every run; that it is silent has an alarm of its own.
    missing: 'unchanged',
    impact:
      'Somebody paused refunds or new payments, or keeps calls on a backup domain; it lasts until it is cleared.',
    action: 'See with wxpay switch show who set it and why; clear it as soon as the reason is gone.',
  }
}

function sweepAlarms(metrics: MetricSources, teller: string): readonly AlarmDefinition[] {
  return [
    {
      id: 'SweepSilent',
      runbook: 'sweep-silent',
      metric: metrics.own('SweepHeartbeat', 'sweep', MINUTE),
      threshold: 1,
      below: true,
      periods: 5,
      missing: 'broken',
      impact: 'Whatever stops half-way stays there: nothing drives pending facts, refunds and unpaid orders.',
      action: 'Read the log of sweep; check that its rule is enabled.',
    },
    {
      id: 'OrdersNotDriven',
      runbook: 'orders-not-driven',
      metric: metrics.own('OrdersNotDriven', 'sweep', MINUTE),
      threshold: 1,
      periods: 15,
      impact: 'Orders or refunds with an open outcome stay open: each look at them fails.',
      action: 'Find ORDER_NOT_DRIVEN in the log of sweep.',
    },
    {
      id: 'OrdersUnreadable',
      runbook: 'orders-unreadable',
      // Each is met again every quarter of an hour.
      metric: metrics.own('OrdersUnreadable', 'sweep', { statistic: 'Sum', minutes: 30 }),
      threshold: 1,
      impact: 'Orders that this release cannot read are not driven: their payments and refunds wait.',
      action: 'Find ORDER_UNREADABLE in the log of sweep: it names the order and what is wrong with it.',
    },
    {
      id: 'OrdersOverdue',
      runbook: 'orders-overdue',
      metric: math('MAX([FILL(refunds, 0), FILL(payments, 0)])', {
        minutes: 1,
        label: 'oldest look that is due',
        using: {
          refunds: metrics.own('OldestDueRefundUnknownSeconds', 'sweep', OLDEST),
          payments: metrics.own('OldestDueUnpaidYoungSeconds', 'sweep', OLDEST),
        },
      }),
      threshold: OVERDUE_SECONDS,
      periods: 5,
      impact:
        'Refunds of unknown outcome, or payments whose notification is lost, have not been asked about for ten minutes.',
      action: `See whether ${teller} answers; if it does, more is due than can be asked for.`,
    },
    {
      id: 'RefundsUnknown',
      runbook: 'refunds-unknown',
      metric: metrics.own('RefundsUnknown', 'sweep', FIVE_MINUTES),
      threshold: 1,
      impact:
        'The outcome of a refund is still unknown after a quarter of an hour: it may have been made or not.',
      action: `See why ${teller} cannot be asked; never refund again under a new number.`,
    },
    {
      id: 'WechatUnavailable',
      runbook: 'wechat-unavailable',
      metric: metrics.own('WechatCircuitOpen', 'sweep', MINUTE),
      threshold: 1,
      periods: 5,
      impact: `Calls of ${teller} fail in a row; payments and refunds cannot be made or asked for.`,
      action: `Look at the status page of ${teller} and at the errors of prepay and refund.`,
    },
  ]
}
