/** One page for whoever is on call: the way of a notification in numbers that must match, latency, refunds, keys, what costs. */
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { type ChannelName, labelOf, notifiersOf, tellerOf } from '#infra/channels/channels.ts'
import { operationsOf } from '#infra/operations/operations.ts'
import { math, type MetricSources, type Reading, TWO_ROTATIONS_MINUTES } from '#infra/watch/metric-sources.ts'
import type { Operation } from '#shared/operations.ts'

export interface DashboardProps {
  readonly metrics: MetricSources
  readonly alarms: readonly IAlarm[]
  readonly stageName: string
  readonly channels: readonly ChannelName[]
}

const WIDTH = 24
const SUM: Reading = { statistic: 'Sum', minutes: 5 }
const MAXIMUM: Reading = { statistic: 'Maximum', minutes: 5 }

export class Dashboard extends Construct {
  readonly page: CloudWatchDashboard
  readonly #metrics: MetricSources
  readonly #channels: readonly ChannelName[]
  readonly #operations: readonly Operation[]

  constructor(scope: Construct, id: string, { metrics, alarms, stageName, channels }: DashboardProps) {
    super(scope, id)
    this.#metrics = metrics
    this.#channels = channels
    this.#operations = operationsOf(channels)
    this.page = new CloudWatchDashboard(this, 'Page', {
      widgets: [
        [this.#note(stageName)],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDTH, height: 6 })],
        [
          single(
            `From ${tellerOf(channels)} to the merchant: what falls short for long is work for the sweep, or an alarm`,
            this.#funnel(),
          ),
        ],
        [graph('Funnel', this.#funnel()), graph('Refused notifications', this.#refused())],
        [
          graph(`Acknowledgement to ${tellerOf(channels)}, ms`, this.#latency()),
          graph('Waiting, s', this.#waiting()),
        ],
        [graph('Refunds and holds', this.#refunds()), graph('Driven by the sweep', this.#sweep())],
        this.#expiryAndFailures(),
        [
          graph('What costs: invocations', this.#cost('Invocations')),
          graph('What costs: ms', this.#cost('Duration')),
        ],
      ],
    })
  }

  #note(stageName: string): TextWidget {
    const markdown =
      `**${labelOf(this.#channels)}, stage ${stageName}** · times are of the browser · ` +
      'docs/runbook.md has a chapter for each alarm · a gap in the funnel that lasts is work for the sweep, or an alarm'
    return new TextWidget({ markdown, width: WIDTH, height: 2 })
  }

  /** Received → verified → stored → dispatched → settled → published. Queries, closes and the sweep record facts as well. */
  #funnel(): IMetric[] {
    const notifiers = notifiersOf(this.#channels)
    const own = (name: Parameters<MetricSources['own']>[0], label: string) =>
      this.#metrics.ownOf(name, notifiers, SUM).with({ label })
    const using = {
      taken: own('NotificationAccepted', 'stored'),
      again: own('NotificationDuplicate', 'again'),
      conflict: own('NotificationConflict', 'conflict'),
      noticed: own('NotificationNoticed', 'noticed'),
      unexpected: own('NotificationUnexpected', 'unexpected'),
      set_aside: own('NotificationHeld', 'held'),
      refused: own('NotificationRefused', 'refused'),
      foreign: own('NotificationForeign', 'foreign'),
      unreadable: own('NotificationUndecryptable', 'unreadable'),
    }
    const stored = ['taken', 'conflict', 'noticed', 'unexpected', 'set_aside'] as const
    const all = Object.keys(using).map((name) => `FILL(${name}, 0)`)
    return [
      this.#metrics.lambdas('Invocations', notifiers, SUM).with({ label: 'received' }),
      math(all.join(' + '), { minutes: 5, label: 'verified', using }),
      math(stored.map((name) => `FILL(${name}, 0)`).join(' + '), {
        minutes: 5,
        label: 'stored',
        using: Object.fromEntries(stored.map((name) => [name, using[name]])),
      }),
      this.#metrics.queue('NumberOfMessagesSent', 'facts', SUM).with({ label: 'dispatched' }),
      math('FILL(applied, 0) + FILL(stale, 0) + FILL(held, 0)', {
        minutes: 5,
        label: 'settled',
        using: {
          applied: this.#metrics.own('FactApplied', 'settle', SUM),
          stale: this.#metrics.own('FactStale', 'settle', SUM),
          held: this.#metrics.own('FactHeld', 'settle', SUM),
        },
      }),
      this.#metrics.own('EventPublished', 'settle', SUM).with({ label: 'published' }),
    ]
  }

  #refused(): IMetric[] {
    const ofWechat = [
      'NotificationUnknownSerial',
      'NotificationProbe',
      'NotificationUndecryptable',
      'NotificationForeign',
    ] as const
    const names = [
      'NotificationUnverified',
      ...(this.#operations.includes('notify') ? ofWechat : []),
      'NotificationRefused',
    ] as const
    const notifiers = notifiersOf(this.#channels)
    return names.map((name) => this.#metrics.ownOf(name, notifiers, SUM))
  }

  /** Of each function that takes notifications. */
  #latency(): IMetric[] {
    const notifiers = notifiersOf(this.#channels)
    return notifiers.flatMap((notifier, index) =>
      (['p50', 'p99'] as const).map((statistic) => {
        const label = index === 0 ? statistic : `${statistic} of ${notifier}`
        return this.#metrics.lambda('Duration', notifier, { statistic, minutes: 5 }).with({ label })
      }),
    )
  }

  #waiting(): IMetric[] {
    return [
      this.#metrics.own('OldestPendingFactSeconds', 'sweep', MAXIMUM),
      ...(
        [
          'OldestDueRefundUnknownSeconds',
          'OldestDueUnpaidYoungSeconds',
          'OldestDueRefundOpenSeconds',
          'OldestDueLateSeconds',
        ] as const
      ).map((name) => this.#metrics.own(name, 'sweep', MAXIMUM)),
      this.#metrics.queue('ApproximateAgeOfOldestMessage', 'facts', MAXIMUM),
    ]
  }

  #refunds(): IMetric[] {
    return [
      this.#metrics.lambda('Invocations', 'refund', SUM).with({ label: 'requests of refund' }),
      ...(['RefundsUnknown', 'RefundsSentAgain'] as const).map((name) =>
        this.#metrics.own(name, 'sweep', SUM),
      ),
      ...(['RefundAbnormal', 'RefundClosed', 'RefundsElsewhere', 'FactHeld'] as const).map((name) =>
        this.#metrics.own(name, 'settle', SUM),
      ),
    ]
  }

  #sweep(): IMetric[] {
    const names = [
      'FactsDispatchedAgain',
      'OrdersDriven',
      'OrdersNotDriven',
      'OrdersUnreadable',
      'WechatCircuitOpen',
    ] as const
    return names.map((name) => this.#metrics.own(name, 'sweep', SUM))
  }

  #keys(): IMetric[] {
    const expiry = { statistic: 'Minimum', minutes: TWO_ROTATIONS_MINUTES } as const
    return [
      this.#metrics.own('PlatformKeyDaysToExpiry', 'rotate-certs', { ...expiry, statistic: 'Maximum' }),
      this.#metrics.own('MerchantCertificateDaysToExpiry', 'rotate-certs', expiry),
    ]
  }

  /** Keys that end are those of WeChat Pay. */
  #expiryAndFailures(): IWidget[] {
    const failures = graph('Failures', this.#failures())
    if (!this.#operations.includes('rotate-certs')) return [failures]
    return [single('Days to expiry', this.#keys(), WIDTH / 2), failures]
  }

  #failures(): IMetric[] {
    return [
      this.#metrics.api('5xx', SUM),
      this.#metrics.api('4xx', SUM),
      this.#metrics.lambdas('Errors', this.#operations, SUM),
      this.#metrics.own('FactFailed', 'settle', SUM),
      this.#metrics
        .queue('ApproximateNumberOfMessagesVisible', 'deadLetter', MAXIMUM)
        .with({ label: 'dead letters' }),
    ]
  }

  #cost(metricName: 'Invocations' | 'Duration'): IMetric[] {
    return this.#operations.map((operation) =>
      this.#metrics.lambda(metricName, operation, SUM).with({ label: operation }),
    )
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH / 2, height: 6 })
}

function single(title: string, metrics: IMetric[], width = WIDTH): SingleValueWidget {
  return new SingleValueWidget({ title, metrics, width, height: 4 })
}
