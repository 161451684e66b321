/** Alarms about what WeChat sends us, and the keys to trust and read it. */
import type { AlarmDefinition, Thresholds } from './definition.ts'
import { math, type MetricSources, type Reading, TWO_ROTATIONS_MINUTES } from './metric-sources.ts'

const MINUTE: Reading = { statistic: 'Sum', minutes: 1 }
const FIVE_MINUTES: Reading = { statistic: 'Sum', minutes: 5 }

export function notificationAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
): readonly AlarmDefinition[] {
  return [
    ...arrivalAlarms(metrics, thresholds),
    ...trustAlarms(metrics, thresholds),
    ...contentAlarms(metrics),
    ...keyAlarms(metrics, thresholds),
  ]
}

function arrivalAlarms(metrics: MetricSources, thresholds: Thresholds): readonly AlarmDefinition[] {
  return [
    {
      id: 'NotifyLatency',
      runbook: 'notify-latency',
      metric: metrics.lambda('Duration', 'notify', { statistic: 'p99', minutes: 1 }),
      threshold: thresholds.notifyLatencyMs,
      periods: 3,
      impact: 'Notifications are acknowledged slowly; past 5 s WeChat counts them as lost and repeats them.',
      action: 'Compare the latencies of DynamoDB and SQS and the cold starts of notify.',
      turnsBack: ['notify'],
    },
  ]
}

function trustAlarms(metrics: MetricSources, thresholds: Thresholds): readonly AlarmDefinition[] {
  const quarter: Reading = { statistic: 'Sum', minutes: 15 }
  return [
    {
      id: 'SignatureFailures',
      runbook: 'signature-failures',
      metric: metrics.own('NotificationUnverified', 'notify', MINUTE),
      threshold: thresholds.unverifiedPerMinute,
      periods: 3,
      impact: 'Somebody forges notifications, or something on the way changes genuine ones.',
      action: 'Read the reasons in the log of notify.',
      turnsBack: ['notify'],
    },
    {
      id: 'ClockSkew',
      runbook: 'clock-skew',
      metric: metrics.own('ClockSkewSeconds', 'notify', { statistic: 'Maximum', minutes: 5 }),
      // The function tells of it from a minute on.
      threshold: 60,
      periods: 3,
      impact:
        'Genuine notifications are more than a minute apart from our clock; at five minutes they are refused.',
      action: 'See in the log of notify whether single deliveries were held up or all of them.',
    },
    {
      id: 'UnknownSerial',
      runbook: 'unknown-serial',
      metric: math('IF(FILL(unknown, 0) >= 1 AND FILL(refreshed, 0) < 1, 1, 0)', {
        minutes: quarter.minutes,
        label: 'unknown serial, no refresh',
        using: {
          unknown: metrics.own('NotificationUnknownSerial', 'notify', quarter),
          refreshed: metrics.own('RotationCompleted', 'rotate-certs', quarter),
        },
      }),
      threshold: 1,
      // A refresh may end in the quarter after the one that asked for it.
      periods: 2,
      impact:
        'Notifications are signed with a key that we do not have, and fetching the keys fails: they are refused.',
      action: 'Read the log of rotate-certs.',
    },
    {
      id: 'Undecryptable',
      runbook: 'undecryptable',
      metric: metrics.own('NotificationUndecryptable', 'notify', MINUTE),
      threshold: 1,
      impact:
        'Genuine notifications cannot be decrypted: the APIv3 key is wrong. WeChat repeats them for a day.',
      action: 'Put the APIv3 key of the merchant platform into the secret.',
      turnsBack: ['notify'],
    },
  ]
}

function contentAlarms(metrics: MetricSources): readonly AlarmDefinition[] {
  return [
    {
      id: 'ForeignNotifications',
      runbook: 'foreign-notifications',
      metric: math('FILL(foreign, 0) + FILL(refused, 0)', {
        minutes: 1,
        label: 'foreign or refused',
        using: {
          foreign: metrics.own('NotificationForeign', 'notify', MINUTE),
          refused: metrics.own('NotificationRefused', 'notify', MINUTE),
        },
      }),
      threshold: 1,
      impact: 'WeChat signed a notification of another merchant, or one whose content makes no sense to us.',
      action: 'Read the reason in the log of notify; compare the merchant number of the stage.',
      turnsBack: ['notify'],
    },
    {
      id: 'NotificationConflict',
      runbook: 'notification-conflict',
      metric: metrics.own('NotificationConflict', 'notify', FIVE_MINUTES),
      threshold: 1,
      impact: 'WeChat told two different things about one payment or refund; its order is held.',
      action: 'Compare both facts with the merchant platform before anything is delivered.',
    },
    {
      id: 'NotificationHeld',
      runbook: 'notification-held',
      metric: metrics.own('NotificationHeld', 'notify', FIVE_MINUTES),
      threshold: 1,
      impact:
        'WeChat told of a payment or refund in a form that is not supported (combined orders, service provider): it is stored and changes no order.',
      action: 'Read NOTIFICATION_HELD in the log of notify, and see to those orders by hand.',
    },
    {
      id: 'NotificationUnexpected',
      runbook: 'notification-unexpected',
      metric: metrics.own('NotificationUnexpected', 'notify', { statistic: 'Sum', minutes: 60 }),
      threshold: 1,
      impact:
        'WeChat sent notifications of a type that nobody subscribes to: they are stored and published, and perhaps nobody hears them.',
      action: 'Read NOTIFICATION_UNEXPECTED in the log of notify, and name the type in the setting notices.',
    },
    {
      id: 'RefundNoticesUnread',
      runbook: 'refund-notices-unread',
      metric: metrics.own('RefundNoticeUnread', 'notify-v2', { statistic: 'Sum', minutes: 15 }),
      // The first three tries of WeChat for one notice come within a minute; a single stranger sends fewer.
      threshold: 3,
      impact:
        'Refunds made on the merchant platform are told, and cannot be read or asked for: they stay unknown.',
      action:
        'Read REFUND_NOTICE_UNREAD in the log of notify-v2: the APIv2 key is missing or wrong, or WeChat does not answer.',
    },
  ]
}

function keyAlarms(metrics: MetricSources, thresholds: Thresholds): readonly AlarmDefinition[] {
  return [
    {
      id: 'KeyRefreshSilent',
      runbook: 'key-refresh-silent',
      metric: metrics.own('RotationCompleted', 'rotate-certs', {
        statistic: 'Sum',
        minutes: TWO_ROTATIONS_MINUTES,
      }),
      threshold: 1,
      below: true,
      missing: 'broken',
      impact:
        'The platform keys are not refreshed; when WeChat changes them, notifications and answers are refused.',
      action:
        'Read the log of rotate-certs. Before the secrets are filled for the first time this is expected.',
    },
    {
      id: 'PlatformKeyExpiry',
      runbook: 'platform-key-expiry',
      metric: metrics.own('PlatformKeyDaysToExpiry', 'rotate-certs', {
        statistic: 'Maximum',
        minutes: TWO_ROTATIONS_MINUTES,
      }),
      threshold: thresholds.platformKeyDays,
      below: true,
      missing: 'unchanged',
      impact: 'The last platform certificate expires soon and no new one is stored.',
      action: 'See whether rotate-certs runs, and move to a WeChat Pay public key.',
    },
    {
      id: 'MerchantCertificateExpiry',
      runbook: 'merchant-certificate-expiry',
      metric: metrics.own('MerchantCertificateDaysToExpiry', 'rotate-certs', {
        statistic: 'Minimum',
        minutes: TWO_ROTATIONS_MINUTES,
      }),
      threshold: thresholds.merchantCertificateDays,
      below: true,
      missing: 'unchanged',
      impact: 'The merchant API certificate expires soon; after that WeChat refuses every request of ours.',
      action: 'Apply for a new one in the merchant platform and store it.',
    },
  ]
}
