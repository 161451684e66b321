/** List prices of us-east-1 in US dollars, without free tiers. Compare them with the pages of the services before you rely on them. */

export interface Price {
  readonly usd: number
  readonly unit: string
  /** Where the number is from; `list` marks prices published on the pricing page of the service. */
  readonly source: string
}

const LIST = 'us-east-1 list'
const DYNAMODB = 'us-east-1 list, on demand since November 2024'
const MILLION = 1_000_000

/** `usd` is for one unit. */
export const PRICES = {
  httpApiRequest: price(1 / MILLION, 'HTTP API request', LIST),
  lambdaRequest: price(0.2 / MILLION, 'Lambda invocation', LIST),
  lambdaGbSecond: price(0.000_013_333_4, 'Lambda GB-second, arm64', LIST),
  dynamoWrite: price(0.625 / MILLION, 'DynamoDB write request unit', DYNAMODB),
  dynamoRead: price(0.125 / MILLION, 'DynamoDB read request unit', DYNAMODB),
  dynamoGbMonth: price(0.25, 'DynamoDB GB-month stored', LIST),
  dynamoBackupGbMonth: price(0.2, 'DynamoDB GB-month of point-in-time recovery', LIST),
  s3Request: price(0.005 / 1000, 'S3 request that writes', LIST),
  sqsRequest: price(0.4 / MILLION, 'SQS request', LIST),
  snsPublish: price(0.5 / MILLION, 'SNS publish', LIST),
  logGb: price(0.5, 'GB of logs taken in', LIST),
  secretMonth: price(0.4, 'secret and month', LIST),
  secretRequest: price(0.05 / 10_000, 'secret read', LIST),
  keyMonth: price(1, 'customer-managed key and month', LIST),
  alarmMetricMonth: price(0.1, 'metric of an alarm and month', LIST),
  kmsRequest: price(0.03 / 10_000, 'use of a key', LIST),
  trace: price(5 / MILLION, 'trace recorded', LIST),
  dashboardMonth: price(3, 'dashboard and month', LIST),
  metricMonth: price(0.3, 'custom metric and month', LIST),
} as const

export type PriceName = keyof typeof PRICES

function price(usd: number, unit: string, source: string): Price {
  return { usd, unit, source }
}
