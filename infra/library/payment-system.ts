/** Everything of one stage: tables, queues, topic, secrets, functions, HTTP API, schedules, releases and alarms. */
import { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Alias } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { channelEnvironment, channelsOf, checkedOf } from '#infra/channels/channels.ts'
import type { ChannelName, SecretName } from '#infra/channels/channels.ts'
import type { Operation } from '#shared/operations.ts'
import { ROTATION_INTERVAL_MS, SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'
import type { GivenResources } from '#infra/constructs/given-resources.ts'
import { Entries } from '#infra/constructs/entries.ts'
import { EventTopic } from '#infra/constructs/event-topic.ts'
import { Observability } from '#infra/constructs/observability.ts'
import { OperationFunction } from '#infra/constructs/operation-function.ts'
import { Queues } from '#infra/constructs/queues.ts'
import { Reports } from '#infra/constructs/reports.ts'
import { ReleaseCheck } from '#infra/constructs/release-check.ts'
import { type ReleaseWay, Releases } from '#infra/constructs/releases.ts'
import { Secrets } from '#infra/constructs/secrets.ts'
import { StackKey } from '#infra/constructs/stack-key.ts'
import { Tables } from '#infra/constructs/tables.ts'
import { Triggers } from '#infra/constructs/triggers.ts'
import { callerStatements, readersOf } from '#infra/operations/channel-secrets.ts'
import {
  type ByOperation,
  byOperation,
  idOf,
  madeFor,
  OPERATION_SETTINGS,
  operationsOf,
  RELEASE_CHECK,
} from '#infra/operations/operations.ts'
import { policyOf } from '#infra/operations/permissions.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { arnsIn, environmentOf } from './resource-names.ts'
import type { FunctionBundles } from './wechat-pay-props.ts'

export interface PaymentSystemProps {
  readonly stage: SystemSettings
  /** @default none: all of it is made */
  readonly given?: GivenResources
  readonly bundles: FunctionBundles
  /** @default 'canary' */
  readonly release?: ReleaseWay | undefined
}

type Functions = ByOperation<OperationFunction>

/** What `WechatPay` is made of, once its properties have been checked. */
export class PaymentSystem extends Construct {
  readonly #stage: SystemSettings
  readonly #channels: readonly ChannelName[]
  readonly key: IKey
  readonly tables: Tables
  readonly queues: Queues
  readonly topic: EventTopic
  readonly reports: Reports
  readonly secrets: Secrets
  readonly entries: Entries
  readonly functions: Functions
  readonly observability: Observability

  constructor(scope: Construct, id: string, props: PaymentSystemProps) {
    super(scope, id)
    const { stage, given = {}, bundles, release = 'canary' } = props
    const { retainData: retain, recoveryDays, subscriberAccounts, reportDays: days } = stage
    this.#stage = stage
    this.#channels = channelsOf(stage)
    const channels = this.#channels
    const alarms = given.alarmTopic === undefined
    const { region } = stage
    this.key = new StackKey(this, 'StackKey', { retain, region, given: given.key, alarms }).key
    const { key } = this
    this.tables = new Tables(this, 'Tables', { retain, recoveryDays, given })
    const keyRefresh = operationsOf(channels).includes('rotate-certs')
    this.queues = new Queues(this, 'Queues', { given, keyRefresh })
    this.topic = new EventTopic(this, 'EventTopic', { key, subscriberAccounts, given: given.eventTopic })
    this.reports = new Reports(this, 'Reports', { retain, days, given: given.reportsBucket })
    this.secrets = new Secrets(this, { channels, key, retain, given })
    this.entries = new Entries(this, 'Entries', { stage })
    this.functions = this.#makeFunctions(bundles)
    this.entries.serve(this.functions)
    this.#guardSecrets()
    this.#trigger()
    this.observability = this.#observe(given.alarmTopic)
    this.#release(bundles, release)
  }

  #makeFunctions(bundles: FunctionBundles): Functions {
    const keys = { secretsmanager: this.key.keyArn, sns: this.topic.key?.keyArn }
    const place = { resources: arnsIn(this), keys, region: this.#stage.region }
    const { arns } = this.secrets
    const callers = { arns, key: this.key.keyArn, region: this.#stage.region }
    const told = { settings: this.#stage, secretArn: (name: SecretName) => this.secrets.arnOf(name) }
    return byOperation((operation) => {
      const settings = OPERATION_SETTINGS[operation]
      const environment = environmentOf(operation, this, this.#stage)
      return new OperationFunction(this, idOf(operation), {
        settings,
        bundle: bundles.directoryOf(operation),
        environment: { ...environment, ...channelEnvironment(operation, told) },
        policy: [...policyOf(operation, place), ...callerStatements(operation, this.#channels, callers)],
        stage: this.#stage,
        reservedConcurrency: this.#reservedFor(operation),
      })
    }, this.#channels)
  }

  #reservedFor(operation: Operation): number | undefined {
    const { reserveNotify, reserveSweep } = this.#stage
    if (operation === 'notify') return reserveNotify
    return operation === 'sweep' && reserveSweep ? 1 : undefined
  }

  #guardSecrets(): void {
    this.secrets.readableBy((secret) => {
      const readers = readersOf(this.#channels, secret)
      const roleArns = readers.map((operation) => madeFor(this.functions, operation).role.roleArn)
      return [...roleArns, ...this.#stage.operatorRoleArns]
    })
  }

  #trigger(): void {
    const made = (operation: Operation) => madeFor(this.functions, operation)
    const [settle, sweep, reconcile] = [made('settle'), made('sweep'), made('reconcile')]
    const triggers = new Triggers(this, 'Triggers')
    const interval = Duration.minutes(SWEEP_INTERVAL_MS / 60_000)
    triggers.settleFrom(this.queues.facts, settle.live, {
      concurrency: this.#stage.settleConcurrency,
      windowSeconds: this.#stage.settleWindowSeconds,
    })
    const { keyRefresh } = this.queues
    if (keyRefresh !== undefined) rotateKeys(triggers, keyRefresh, made('rotate-certs').live)
    triggers.every(interval, sweep.live)
    // The next interval brings the next run: a repeat of this one would only run beside it.
    sweep.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: interval })
    triggers.halfPastEveryHour(reconcile.live)
    reconcile.live.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.hours(1) })
  }

  #observe(alarmTopic: ITopic | undefined): Observability {
    return new Observability(this, 'Observability', {
      stage: this.#stage,
      channels: this.#channels,
      key: this.key,
      alarmTopic,
      subjects: {
        stage: this.#stage.name,
        functionNames: byOperation(
          (operation) => madeFor(this.functions, operation).lambda.functionName,
          this.#channels,
        ),
        apiIds: this.entries.all.map(({ apiId }) => apiId),
        tables: this.tables.counted,
        factQueueName: this.queues.facts.queueName,
        factDeadLetterQueueName: this.queues.factsDeadLetter.queueName,
      },
    })
  }

  #release(bundles: FunctionBundles, way: ReleaseWay): void {
    const { canaryMinutes } = this.#stage
    if (canaryMinutes === 0) return
    const releases = new Releases(this, 'Releases', { canaryMinutes, way })
    const checked = checkedOf(this.#channels)
    const check = checked === undefined ? undefined : this.#releaseCheck(checked, bundles, releases)
    for (const operation of operationsOf(this.#channels)) {
      releases.release(operation, {
        fn: madeFor(this.functions, operation),
        alarmNames: this.observability.alarms.turningBack(operation),
        check: operation === checked ? check?.fn.lambda : undefined,
      })
    }
  }

  #releaseCheck(operation: Operation, bundles: FunctionBundles, releases: Releases): ReleaseCheck {
    return new ReleaseCheck(this, 'ReleaseCheck', {
      stage: this.#stage,
      bundle: bundles.directoryOf(RELEASE_CHECK),
      notify: madeFor(this.functions, operation),
      groupArn: releases.groupArn(operation),
    })
  }
}

/** On request, and by the clock. */
function rotateKeys(triggers: Triggers, requests: IQueue, rotateCerts: Alias): void {
  triggers.rotateFrom(requests, rotateCerts)
  triggers.every(Duration.hours(ROTATION_INTERVAL_MS / 3_600_000), rotateCerts)
}
