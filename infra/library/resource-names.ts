/** What functions are told of their stage, and what their policies name: all of it under the names of the table of operations. */
import type { Entries } from '#infra/constructs/entries.ts'
import type { EventTopic } from '#infra/constructs/event-topic.ts'
import type { Queues } from '#infra/constructs/queues.ts'
import type { Reports } from '#infra/constructs/reports.ts'
import type { Secrets } from '#infra/constructs/secrets.ts'
import type { Tables } from '#infra/constructs/tables.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { isLacked } from '#shared/channel-variables.ts'
import type { Resource } from '#shared/needs.ts'
import { formatNoticeTypes } from '#shared/notice-types.ts'
import { variablesOf } from '#shared/operations.ts'
import type { Operation, VariableOf } from '#shared/operations.ts'

interface Parts {
  readonly entries: Entries
  readonly tables: Tables
  readonly queues: Queues
  readonly topic: EventTopic
  readonly reports: Reports
  readonly secrets: Secrets
}

/** A stage may lack some: then nobody is told of them. */
type Variables = Readonly<Record<VariableOf, string | undefined>>

/** What the table of operations says that an operation is told. */
export function environmentOf(operation: Operation, parts: Parts, stage: SystemSettings) {
  const values = variablesIn(parts, stage)
  const lacksWechat = stage.mchid === undefined
  const names = variablesOf(operation).filter((name) => !(lacksWechat && isLacked(operation, name)))
  return Object.fromEntries(
    names.map((name) => {
      const value = values[name]
      if (value === undefined) throw new Error(`the stage has no ${name} for ${operation}`)
      return [name, value]
    }),
  )
}

function variablesIn({ entries, tables, queues, topic, reports, secrets }: Parts, stage: SystemSettings) {
  return {
    WXPAY_STAGE: stage.name,
    WXPAY_ORDER_FORM: String(stage.orderForm),
    WXPAY_FIRST_LOOK_SECONDS: String(stage.firstLookSeconds),
    WXPAY_REFUND_RULES: JSON.stringify(stage.refundRules),
    WXPAY_MCHID: stage.mchid,
    WXPAY_APPIDS: stage.appids?.join(','),
    WXPAY_NOTICE_TYPES: formatNoticeTypes(stage.notices),
    WXPAY_NOTIFY_BASE_URL: entries.notifyBaseUrl,
    WXPAY_API_URL: stage.wechatApiUrl,
    WXPAY_API_BACKUP_URL: stage.wechatApiBackupUrl,
    ORDERS_TABLE_NAME: tables.orders.tableName,
    FACTS_TABLE_NAME: tables.facts.tableName,
    FACT_QUEUE_URL: queues.facts.queueUrl,
    KEY_REFRESH_QUEUE_URL: queues.keyRefresh?.queueUrl,
    EVENT_TOPIC_ARN: topic.topic.topicArn,
    REPORTS_BUCKET_NAME: reports.bucket.bucketName,
    MERCHANT_SIGNING_SECRET_ID: secrets.arns.merchantSigning,
    APIV3_KEY_SECRET_ID: secrets.arns.apiV3Key,
    APIV2_KEY_SECRET_ID: secrets.arns.apiV2Key,
    PLATFORM_KEYS_SECRET_ID: secrets.arns.platformKeys,
  } satisfies Variables
}

/** @returns undefined for what the stage does not have */
export function arnsIn({
  tables,
  queues,
  topic,
  reports,
  secrets,
}: Omit<Parts, 'entries'>): Readonly<Record<Resource, string | undefined>> {
  return {
    orders: tables.orders.tableArn,
    ordersDue: tables.ordersDueArn,
    ordersOfDay: tables.ordersOfDayArn,
    ordersHeld: tables.ordersHeldArn,
    facts: tables.facts.tableArn,
    factsPending: tables.factsPendingArn,
    factQueue: queues.facts.queueArn,
    keyRefreshQueue: queues.keyRefresh?.queueArn,
    eventTopic: topic.topic.topicArn,
    reports: reports.objectsArn,
    merchantSigning: secrets.arns.merchantSigning,
    apiV3Key: secrets.arns.apiV3Key,
    apiV2Key: secrets.arns.apiV2Key,
    platformKeys: secrets.arns.platformKeys,
  }
}
