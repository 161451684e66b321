/** The metrics that a stack of somebody else's may want on its own dashboard or behind its own alarm. */
import type { IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { MetricSources, Reading } from '#infra/watch/metric-sources.ts'

const SUM: Reading = { statistic: 'Sum', minutes: 5 }
const MOST: Reading = { statistic: 'Maximum', minutes: 5 }

export class PaymentMetrics {
  readonly #of: MetricSources

  constructor(sources: MetricSources) {
    this.#of = sources
  }

  payments(options?: MetricOptions): Metric {
    return this.#of.lambda('Invocations', 'prepay', SUM).with({ ...options })
  }

  refunds(options?: MetricOptions): Metric {
    return this.#of.lambda('Invocations', 'refund', SUM).with({ ...options })
  }

  notifications(options?: MetricOptions): Metric {
    return this.#of.own('NotificationAccepted', 'notify', SUM).with({ ...options })
  }

  notificationsRefused(options?: MetricOptions): Metric {
    return this.#of.own('NotificationUnverified', 'notify', SUM).with({ ...options })
  }

  notifyDuration(options?: MetricOptions): Metric {
    return this.#of.lambda('Duration', 'notify', { statistic: 'p99', minutes: 5 }).with({ ...options })
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
