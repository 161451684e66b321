/** The metrics that a stack of somebody else's may want on its own dashboard or behind its own alarm. */
import type { IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { type ChannelName, notifiersOf } from '#infra/channels/channels.ts'
import type { MetricSources, Reading } from '#infra/watch/metric-sources.ts'
import type { MetricName } from '#shared/metrics.ts'
import type { Operation } from '#shared/operations.ts'

const SUM: Reading = { statistic: 'Sum', minutes: 5 }
const MOST: Reading = { statistic: 'Maximum', minutes: 5 }

export class PaymentMetrics {
  readonly #of: MetricSources
  /** Who takes notifications, one for each channel. */
  readonly #notifiers: readonly Operation[]

  constructor(sources: MetricSources, channels: readonly ChannelName[]) {
    this.#of = sources
    this.#notifiers = notifiersOf(channels)
  }

  payments(options?: MetricOptions): Metric {
    return this.#of.lambda('Invocations', 'prepay', SUM).with({ ...options })
  }

  refunds(options?: MetricOptions): Metric {
    return this.#of.lambda('Invocations', 'refund', SUM).with({ ...options })
  }

  notifications(options?: MetricOptions): IMetric {
    return this.#told('NotificationAccepted', options)
  }

  notificationsRefused(options?: MetricOptions): IMetric {
    return this.#told('NotificationUnverified', options)
  }

  notifyDuration(options?: MetricOptions): Metric {
    const [first = 'notify'] = this.#notifiers
    return this.#of.lambda('Duration', first, { statistic: 'p99', minutes: 5 }).with({ ...options })
  }

  /** Of all channels together. */
  #told(name: MetricName, options?: MetricOptions): IMetric {
    return this.#of.ownOf(name, this.#notifiers, SUM).with({ ...options })
  }

  events(options?: MetricOptions): Metric {
    return this.#of.own('EventPublished', 'settle', SUM).with({ ...options })
  }

  holds(options?: MetricOptions): Metric {
    return this.#of.own('FactHeld', 'settle', SUM).with({ ...options })
  }

  refundsUnknown(options?: MetricOptions): Metric {
    return this.#of.own('RefundsUnknown', 'sweep', MOST).with({ ...options })
  }

  oldestPendingFact(options?: MetricOptions): Metric {
    return this.#of.own('OldestPendingFactSeconds', 'sweep', MOST).with({ ...options })
  }

  deadLetters(options?: MetricOptions): Metric {
    return this.#of.queue('ApproximateNumberOfMessagesVisible', 'deadLetter', MOST).with({ ...options })
  }

  serverErrors(): IMetric {
    return this.#of.api('5xx', SUM)
  }
}
