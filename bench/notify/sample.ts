/** Notifications as WeChat sends them, and what is needed to read them: made anew, because a timestamp is good for five minutes. */
import { randomUUID } from 'node:crypto'
import { payment, platform, merchant } from '#test/support/notifying.ts'
import { APPID, MCHID } from '#test/support/orders.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'

export interface SampleDelivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Sample {
  readonly mchid: string
  readonly appid: string
  readonly serial: string
  /** Of the certificate, for whoever takes nothing else. */
  readonly publicPem: string
  readonly certificatePem: string
  readonly apiV3Key: string
  readonly deliveries: readonly SampleDelivery[]
}

/**
 * How far ahead the clock that signs is. From a minute on notify tells of the difference, which costs time, and from five on it
 * refuses: on a busy machine a process lives longer than that, and failed by the age of its sample.
 */
const AHEAD_MS = 55_000

/** Each is of another order, so that nothing can be learnt from the one before. */
export function sample(count: number): Sample {
  const { certificate } = platform
  return {
    mchid: MCHID,
    appid: APPID,
    serial: certificate.serial,
    publicPem: certificate.publicPem,
    certificatePem: certificate.record.pem,
    apiV3Key: merchant.apiV3KeyText,
    deliveries: Array.from({ length: count }, (_, index) => {
      const content = {
        ...payment,
        out_trade_no: `ORDER-${index}`,
        transaction_id: `42000000000${1000 + index}`,
      }
      const body = sealNotification({ apiV3Key: merchant.apiV3Key, content, id: randomUUID() })
      return { body, headers: signedHeaders(certificate, body, { now: Date.now() + AHEAD_MS }) }
    }),
  }
}

/** The event that API Gateway makes of a delivery. */
export function eventOf({ headers, body }: SampleDelivery): object {
  const path = '/wechatpay/notify/payment'
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: 'pay.example.com',
      'user-agent': 'Mozilla/4.0',
      'x-amzn-trace-id': 'Root=1-5e1b4151-5ac6c58d1d1f6ac1',
      'x-forwarded-for': '101.226.103.0',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'pay.example.com',
      domainPrefix: 'pay',
      http: {
        method: 'POST',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '101.226.103.0',
        userAgent: 'Mozilla/4.0',
      },
      requestId: randomUUID(),
      routeKey: `POST ${path}`,
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1_773_342_238_000,
    },
    body,
    isBase64Encoded: false,
  }
}
