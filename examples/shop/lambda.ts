/** The two functions of the deployed shop: one answers browsers, one hears the events. */
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda'
import { fromEnvironment, WechatPayments } from 'wechatpay-lambda-client'
import { createShop } from './shop.ts'
import { ordersInTable } from './table.ts'

const { API_URL = '', TABLE = '', AWS_REGION } = process.env
const shop = createShop({
  pay: new WechatPayments({ url: API_URL, region: AWS_REGION, credentials: fromEnvironment }),
  orders: ordersInTable(TABLE),
})

export async function web(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { method } = event.requestContext.http
  const answer = await shop.answer(new Request(new URL(event.rawPath, 'https://shop.invalid'), { method }))
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
}

export async function events({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const heard = await Promise.allSettled(Records.map((record) => shop.hear(record)))
  // Only what was not heard comes again, and after five times waits in the dead-letter queue.
  const failed = Records.filter((_, index) => heard[index]?.status === 'rejected')
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}
