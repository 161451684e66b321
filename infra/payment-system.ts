/** Everything of one stage: tables, queues, topic, secrets, functions, HTTP API, schedules, releases and alarms. */
import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { formatNoticeTypes } from '#shared/notice-types.ts'
import { variablesOf } from '#shared/operations.ts'
import type { Operation, VariableOf } from '#shared/operations.ts'
import type { Resource } from '#shared/needs.ts'
import { ROTATION_INTERVAL_MS, SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'
import type { Bundles } from './bundle.ts'
import { Entries } from './constructs/entries.ts'
import { EventTopic } from './constructs/event-topic.ts'
import { Observability } from './constructs/observability.ts'
import { OperationFunction } from './constructs/operation-function.ts'
import { Queues } from './constructs/queues.ts'
import { Reports } from './constructs/reports.ts'
import { ReleaseCheck } from './constructs/release-check.ts'
import { type ReleaseWay, Releases } from './constructs/releases.ts'
import { Secrets } from './constructs/secrets.ts'
import { StackKey } from './constructs/stack-key.ts'
import { Tables } from './constructs/tables.ts'
import { Triggers } from './constructs/triggers.ts'
import { byOperation, idOf, OPERATION_SETTINGS, OPERATIONS, RELEASE_CHECK } from './operations/operations.ts'
import { policyOf, readsSecret, SECRETS } from './operations/permissions.ts'
import type { Stage } from './stage/stage-settings.ts'

export interface PaymentSystemProps {
  readonly stage: Stage
  readonly bundles: Bundles
  /** @default 'canary' */
  readonly release?: ReleaseWay | undefined
}

type Functions = Readonly<Record<Operation, OperationFunction>>

/** A stack holds one of it, or a merchant's own stack does, beside what else is there. */
export class PaymentSystem extends Construct {
  readonly #stage: Stage
  readonly #key: StackKey
  readonly tables: Tables
  readonly queues: Queues
  readonly topic: EventTopic
  readonly reports: Reports
  readonly secrets: Secrets
  readonly entries: Entries
  readonly functions: Functions
  readonly observability: Observability

  constructor(scope: Construct, id: string, { stage, bundles, release = 'canary' }: PaymentSystemProps) {
    super(scope, id)
    const { retainData: retain, recoveryDays, existing } = stage
    this.#stage = stage
    this.#key = new StackKey(this, 'StackKey', {
      retain,
      region: stage.region,
      existing: existing.key,
    })
    const { key } = this.#key
    this.tables = new Tables(this, 'Tables', { retain, recoveryDays, existing })
    this.queues = new Queues(this, 'Queues', { existing })
    this.topic = new EventTopic(this, 'EventTopic', { key, subscriberAccounts: stage.subscriberAccounts })
    this.reports = new Reports(this, 'Reports', {
      retain,
      days: stage.reportDays,
      existing: existing.reportsBucket,
    })
    this.secrets = new Secrets(this, 'Secrets', { key, retain, existing })
    this.entries = new Entries(this, 'Entries', { stage })
    this.functions = this.#makeFunctions(bundles)
    this.entries.serve(this.functions)
    this.#guardSecrets()
    this.#trigger()
    this.observability = this.#observe()
    this.#release(bundles, release)
  }

  #makeFunctions(bundles: Bundles): Functions {
    const variables = this.#variables()
    const place = { resources: this.#arns(), key: this.#key.key.keyArn, region: this.#stage.region }
    return byOperation((operation) => {
      const settings = OPERATION_SETTINGS[operation]
      return new OperationFunction(this, idOf(operation), {
        settings,
        bundle: bundles.directoryOf(operation),
        environment: Object.fromEntries(variablesOf(operation).map((name) => [name, variables[name]])),
        policy: policyOf(operation, place),
        stage: this.#stage,
        reservedConcurrency: this.#reservedFor(operation),
      })
    })
  }

  #reservedFor(operation: Operation): number | undefined {
    const { reserveNotify, reserveSweep } = this.#stage
    if (operation === 'notify') return reserveNotify
    return operation === 'sweep' && reserveSweep ? 1 : undefined
  }

  #guardSecrets(): void {
    for (const secret of SECRETS) {
      const readers = OPERATIONS.filter((operation) => readsSecret(operation, secret))
      const roleArns = readers.map((operation) => this.functions[operation].role.roleArn)
      this.secrets.readableBy(secret, [...roleArns, ...this.#stage.operatorRoleArns])
    }
  }

  #trigger(): void {
    const { settle, 'rotate-certs': rotateCerts, sweep, reconcile } = this.functions
    const triggers = new Triggers(this, 'Triggers')
    const interval = Duration.minutes(SWEEP_INTERVAL_MS / 60_000)
    triggers.settleFrom(this.queues.facts, settle.live, {
      concurrency: this.#stage.settleConcurrency,
      windowSeconds: this.#stage.settleWindowSeconds,
    })
    triggers.rotateFrom(this.queues.keyRefresh, rotateCerts.live)
    triggers.every(Duration.hours(ROTATION_INTERVAL_MS / 3_600_000), rotateCerts.live)
    triggers.every(interval, sweep.live)
    // The next interval brings the next run: a repeat of this one would only run beside it.
    sweep.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval })
    triggers.halfPastEveryHour(reconcile.live)
    reconcile.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.hours(1) })
  }

  #observe(): Observability {
    return new Observability(this, 'Observability', {
      stage: this.#stage,
      key: this.#key.key,
      subjects: {
        stage: this.#stage.name,
        functionNames: byOperation((operation) => this.functions[operation].lambda.functionName),
        apiIds: this.entries.all.map(({ apiId }) => apiId),
        tables: this.tables.counted,
        factQueueName: this.queues.facts.queueName,
        factDeadLetterQueueName: this.queues.factsDeadLetter.queueName,
      },
    })
  }

  #release(bundles: Bundles, way: ReleaseWay): void {
    const { canaryMinutes } = this.#stage
    if (canaryMinutes === 0) return
    const releases = new Releases(this, 'Releases', { canaryMinutes, way })
    const check = new ReleaseCheck(this, 'ReleaseCheck', {
      stage: this.#stage,
      bundle: bundles.directoryOf(RELEASE_CHECK),
      notify: this.functions.notify,
      groupArn: releases.groupArn('notify'),
    })
    for (const operation of OPERATIONS) {
      releases.release(operation, {
        fn: this.functions[operation],
        alarmNames: this.observability.alarms.turningBack(operation),
        check: operation === 'notify' ? check.fn.lambda : undefined,
      })
    }
  }

  #variables(): Readonly<Record<VariableOf, string>> {
    return {
      WXPAY_STAGE: this.#stage.name,
      WXPAY_ORDER_FORM: String(this.#stage.orderForm),
      WXPAY_FIRST_LOOK_SECONDS: String(this.#stage.firstLookSeconds),
      WXPAY_REFUND_RULES: JSON.stringify(this.#stage.refundRules),
      WXPAY_MCHID: this.#stage.mchid,
      WXPAY_APPIDS: this.#stage.appids.join(','),
      WXPAY_NOTICE_TYPES: formatNoticeTypes(this.#stage.notices),
      WXPAY_NOTIFY_BASE_URL: this.entries.notifyBaseUrl,
      WXPAY_API_URL: this.#stage.wechatApiUrl,
      WXPAY_API_BACKUP_URL: this.#stage.wechatApiBackupUrl,
      ORDERS_TABLE_NAME: this.tables.orders.tableName,
      FACTS_TABLE_NAME: this.tables.facts.tableName,
      FACT_QUEUE_URL: this.queues.facts.queueUrl,
      KEY_REFRESH_QUEUE_URL: this.queues.keyRefresh.queueUrl,
      EVENT_TOPIC_ARN: this.topic.topic.topicArn,
      REPORTS_BUCKET_NAME: this.reports.bucket.bucketName,
      MERCHANT_SIGNING_SECRET_ID: this.secrets.merchantSigning,
      APIV3_KEY_SECRET_ID: this.secrets.apiV3Key,
      APIV2_KEY_SECRET_ID: this.secrets.apiV2Key,
      PLATFORM_KEYS_SECRET_ID: this.secrets.platformKeys,
    }
  }

  #arns(): Readonly<Record<Resource, string>> {
    return {
      orders: this.tables.orders.tableArn,
      ordersDue: this.tables.ordersDueArn,
      ordersOfDay: this.tables.ordersOfDayArn,
      ordersHeld: this.tables.ordersHeldArn,
      facts: this.tables.facts.tableArn,
      factsPending: this.tables.factsPendingArn,
      factQueue: this.queues.facts.queueArn,
      keyRefreshQueue: this.queues.keyRefresh.queueArn,
      eventTopic: this.topic.topic.topicArn,
      reports: this.reports.objectsArn,
      merchantSigning: this.secrets.merchantSigning,
      apiV3Key: this.secrets.apiV3Key,
      apiV2Key: this.secrets.apiV2Key,
      platformKeys: this.secrets.platformKeys,
    }
  }
}
