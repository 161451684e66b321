/** The first call of each function that is asked for one, and what all of them are told of their stage. */
import { beijingDay, DAY_MS } from '#shared/beijing-day.ts'
import { variablesOf } from '#shared/operations.ts'
import { apiCall } from '#test/support/lambda-context.ts'
import { eventOf } from '../notify/sample.ts'
import type { Sample } from '../notify/sample.ts'

/** The plain bundle once more, for what a query needs. */
export const PLAIN_QUERY = 'plain query'

const QUERY = apiCall('GET /v1/payments/{out_trade_no}', { path: { out_trade_no: 'ORDER-0001' } })
const PREPAY = apiCall('POST /v1/payments', {
  body: { channel: 'native', out_trade_no: 'NEW-0001', description: 'tea', amount: { total: 1000 } },
})
const CLOSE = apiCall('POST /v1/payments/{out_trade_no}/close', { path: { out_trade_no: 'OPEN-0001' } })
const REFUND = apiCall('POST /v1/payments/{out_trade_no}/refunds', {
  path: { out_trade_no: 'ORDER-0001' },
  body: { out_refund_no: 'REFUND-0001', amount: { refund: 300 } },
})

/** By the name of the bundle. */
export function firstCalls({ deliveries }: Sample): Readonly<Record<string, object>> {
  const notification = eventOf(deliveries[0]!)
  return {
    plain: notification,
    notify: notification,
    [PLAIN_QUERY]: QUERY,
    query: QUERY,
    prepay: PREPAY,
    close: CLOSE,
    refund: REFUND,
    reconcile: { day: beijingDay(Date.now() - DAY_MS) },
  }
}

const NAMED = ['notify', 'query', 'prepay', 'close', 'refund', 'reconcile'] as const

export function environmentOf({ mchid, appid }: Sample, url: string): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(NAMED.flatMap(variablesOf).map((name) => [name, name])),
    WXPAY_STAGE: 'bench',
    WXPAY_MCHID: mchid,
    WXPAY_APPIDS: appid,
    WXPAY_NOTICE_TYPES: 'none',
    WXPAY_ORDER_FORM: '3',
    WXPAY_API_URL: url,
    WXPAY_API_BACKUP_URL: url,
    FACTS_TABLE_NAME: 'facts',
    FACT_QUEUE_URL: `${url}/123456789012/facts`,
    KEY_REFRESH_QUEUE_URL: `${url}/123456789012/refresh.fifo`,
    WXPAY_FIRST_LOOK_SECONDS: '60',
    WXPAY_REFUND_RULES: '{}',
    WXPAY_NOTIFY_BASE_URL: 'https://pay.example.com',
    EVENT_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:events',
    REPORTS_BUCKET_NAME: 'reports',
    MERCHANT_SIGNING_SECRET_ID: 'merchant-signing',
    APIV3_KEY_SECRET_ID: 'apiv3-key',
    PLATFORM_KEYS_SECRET_ID: 'platform-keys',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  }
}
