/** WeChat Pay in a stack of yours: HTTP API, notifications, orders, refunds, events, alarms and all that they need. */
import { Stack } from 'aws-cdk-lib'
import type { IAlarm, IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { channelsOf, notifyPathOf, type SecretName } from '#infra/channels/channels.ts'
import { type Placed, sharedWith } from './apart.ts'
import { asBucket, asTable } from './as-interface.ts'
import type { WechatPaySecrets } from './channel-props.ts'
import { checkedProps } from './checked-props.ts'
import { grantRight, type Right } from './grants.ts'
import { grantInvoke, merchantFunctions } from './merchant-functions.ts'
import { addOutputs, outputsOf } from './outputs.ts'
import { packagedBundles } from './packaged-bundles.ts'
import { PaymentMetrics } from './payment-metrics.ts'
import { PaymentSystem } from './payment-system.ts'
import type { MerchantFunction, WechatPayProps } from './wechat-pay-props.ts'

/** What the part that holds all resources is called. CloudFormation's names leave it out. */
export const SYSTEM = 'Default'

/** To read and to back up. Orders change by the HTTP API and by what WeChat says, never by writing here. */
export interface WechatPayTables {
  readonly orders: ITable
  readonly facts: ITable
}

export class WechatPay extends Construct {
  /** Tells its metrics from those of another. */
  readonly stage: string
  /** The events, as CloudEvents: subscribe your queues, with raw message delivery. */
  readonly events: ITopic
  /** Base URL of the HTTP API that you call. */
  readonly apiUrl: string
  /** For a client that invokes the functions at Lambda instead, as its option `functions`. */
  readonly merchantFunctions: string
  /** Where WeChat sends notifications of payments; without WeChat Pay, where the other channel does. */
  readonly notifyUrl: string
  readonly secrets: WechatPaySecrets
  readonly tables: WechatPayTables
  /** What could not be settled in five tries; an alarm tells of the first message. */
  readonly deadLetterQueue: IQueue
  readonly alarmTopic: ITopic
  readonly alarms: readonly IAlarm[]
  /** Encrypts secrets and topics. */
  readonly key: IKey
  /** Of the daily reconciliation: `reports/<mchid>/<day>.json`. */
  readonly reportsBucket: IBucket
  /** By operation, as in `notify`. */
  readonly functions: Readonly<Record<string, IFunction>>
  readonly #system: PaymentSystem
  readonly #signed: boolean
  readonly #metrics: PaymentMetrics

  /** @throws Error, one sentence naming every property that is wrong, what was expected and what to do. */
  constructor(scope: Construct, id: string, props: WechatPayProps) {
    super(scope, id)
    const { stage, given } = checkedProps(this, props)
    const channels = channelsOf(stage)
    const { bundles = packagedBundles(channels), release, outputs = true } = props
    this.stage = stage.name
    this.#refuseTwins()
    const system = new PaymentSystem(this, SYSTEM, { stage, given, bundles, release })
    this.#system = system
    this.#refuseShared()
    this.#signed = stage.merchantAuthorization.type !== 'jwt'
    this.#metrics = new PaymentMetrics(system.observability.metrics, channels)
    this.events = system.topic.topic
    this.apiUrl = system.entries.apiUrl
    this.merchantFunctions = merchantFunctions(this, system.functions)
    this.notifyUrl = `${system.entries.notifyBaseUrl}${notifyPathOf(channels)}`
    this.secrets = this.#secrets()
    this.tables = { orders: asTable(system.tables.orders), facts: asTable(system.tables.facts) }
    this.deadLetterQueue = system.queues.factsDeadLetter
    this.alarmTopic = system.observability.topic
    this.alarms = system.observability.alarms.all
    this.key = system.key
    this.reportsBucket = asBucket(system.reports.bucket)
    this.functions = Object.fromEntries(
      Object.entries(system.functions).map(([name, { lambda }]) => [name, lambda]),
    )
    if (outputs) addOutputs(this, outputsOf(system, stage))
  }

  /** May create, query and close payments. @throws Error where callers bring tokens, which IAM knows nothing of */
  grantPay(grantee: IGrantable): Grant {
    return this.#grant('pay', grantee)
  }

  /** May refund, and query what it refunds. @throws Error where callers bring tokens */
  grantRefund(grantee: IGrantable): Grant {
    return this.#grant('refund', grantee)
  }

  /** May list, query, hold and release orders, unfreeze, and have an abnormal refund paid. @throws Error where callers bring tokens */
  grantOperate(grantee: IGrantable): Grant {
    return this.#grant('operate', grantee)
  }

  /**
   * May invoke these functions at Lambda, without the HTTP API: each with all routes that it serves, whatever callers of the API
   * have to bring. @throws Error naming a function that is none of merchants'
   */
  grantInvoke(grantee: IGrantable, ...operations: readonly MerchantFunction[]): Grant {
    return grantInvoke(grantee, operations, { path: this.node.path, functions: this.#system.functions })
  }

  /** Payments that were asked for. @default sum over 5 minutes */
  metricPayments(options?: MetricOptions): IMetric {
    return this.#metrics.payments(options)
  }

  /** Refunds that were asked for. @default sum over 5 minutes */
  metricRefunds(options?: MetricOptions): IMetric {
    return this.#metrics.refunds(options)
  }

  /** Notifications that were verified and stored for the first time. @default sum over 5 minutes */
  metricNotifications(options?: MetricOptions): IMetric {
    return this.#metrics.notifications(options)
  }

  /** Notifications whose signature is wrong. @default sum over 5 minutes */
  metricNotificationsRefused(options?: MetricOptions): IMetric {
    return this.#metrics.notificationsRefused(options)
  }

  /** How long the function takes that notifications come to; WeChat waits 5 s. @default 99th percentile over 5 minutes */
  metricNotifyDuration(options?: MetricOptions): IMetric {
    return this.#metrics.notifyDuration(options)
  }

  /** Events that were published. @default sum over 5 minutes */
  metricEvents(options?: MetricOptions): IMetric {
    return this.#metrics.events(options)
  }

  /** What WeChat said and the order contradicts: it waits for a person. @default sum over 5 minutes */
  metricHolds(options?: MetricOptions): IMetric {
    return this.#metrics.holds(options)
  }

  /** Refunds whose outcome nobody knows yet. @default maximum over 5 minutes */
  metricRefundsUnknown(options?: MetricOptions): IMetric {
    return this.#metrics.refundsUnknown(options)
  }

  /** Age in seconds of the oldest fact that is not settled. @default maximum over 5 minutes */
  metricOldestPendingFact(options?: MetricOptions): IMetric {
    return this.#metrics.oldestPendingFact(options)
  }

  /** Messages that could not be settled in five tries. @default maximum over 5 minutes */
  metricDeadLetters(options?: MetricOptions): IMetric {
    return this.#metrics.deadLetters(options)
  }

  /** Requests that the HTTP API answered with 5xx. @default sum over 5 minutes */
  metricServerErrors(): IMetric {
    return this.#metrics.serverErrors()
  }

  #grant(right: Right, grantee: IGrantable): Grant {
    if (!this.#signed) {
      throw new Error(
        `WechatPay at ${this.node.path}: merchantAuthorization is jwt, whose callers bring tokens: let their issuer decide who gets one, or use iam`,
      )
    }
    return grantRight(right, grantee, this.#system.entries)
  }

  #secrets(): WechatPaySecrets {
    const { key, secrets } = this.#system
    const known: { -readonly [Name in SecretName]?: ISecret } = {}
    for (const { name, arn: secretCompleteArn } of secrets.made)
      known[name] = Secret.fromSecretAttributes(this, name, { secretCompleteArn, encryptionKey: key })
    return known
  }

  #others(): readonly WechatPay[] {
    const all = this.node.root.node.findAll()
    return all.flatMap((node) => (node instanceof WechatPay && node !== this ? [node] : []))
  }

  /** Alarms of one would count what happens to the other. */
  #refuseTwins(): void {
    const twin = this.#others().find(
      (other) => Stack.of(other) === Stack.of(this) && other.stage === this.stage,
    )
    if (twin === undefined) return
    throw new Error(
      `WechatPay at ${this.node.path}: stage must differ from that of ${twin.node.path}, which counts under the same name (give one of them another)`,
    )
  }

  #refuseShared(): void {
    const placed = (pay: WechatPay): Placed => ({ path: pay.node.path, system: pay.#system })
    const problems = sharedWith(placed(this), this.#others().map(placed))
    if (problems.length > 0) throw new Error(`WechatPay at ${this.node.path}: ${problems.join('; ')}`)
  }
}
