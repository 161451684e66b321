/** `npm start`: the shop on this machine, against the local stack. A queue of its own hears the events, as it would on AWS. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { WechatPayments } from 'wechatpay-lambda-client'
import { ordersInMemory } from './orders.ts'
import { createShop } from './shop.ts'

/** What the local stack tells about itself. */
interface Stack {
  readonly api_url: string
  readonly payer_url: string
  readonly region: string
  readonly topic_arn: string
  readonly endpoints: { readonly sqs: string; readonly sns: string }
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string }
}

const stackFile = process.env['STACK_FILE'] ?? join(import.meta.dirname, '../../.local/stack.json')
const stack: Stack = JSON.parse(readFileSync(stackFile, 'utf8'))
const { region, endpoints } = stack
const credentials = {
  accessKeyId: stack.credentials.access_key_id,
  secretAccessKey: stack.credentials.secret_access_key,
}
const shop = createShop({
  pay: new WechatPayments({ url: stack.api_url, region, credentials }),
  orders: ordersInMemory(),
  payerUrl: stack.payer_url,
})

const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs })
const sns = new SNSClient({ region, credentials, endpoint: endpoints.sns })
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'tea-shop-events' }))
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
)
await sns.send(
  new SubscribeCommand({
    TopicArn: stack.topic_arn,
    Protocol: 'sqs',
    Endpoint: Attributes?.['QueueArn'],
    Attributes: { RawMessageDelivery: 'true' },
  }),
)

const server = createServer((request, response) => {
  respond(request, response).catch(() => response.writeHead(500).end('failed'))
}).listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
await once(server, 'listening')
const address = server.address()
console.log(`the shop is open: http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`)

for (;;) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
  )
  for (const message of Messages) {
    await shop.hear(message)
    // Only what was heard is taken off the queue.
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  }
}

async function respond(
  { method = 'GET', url = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await shop.answer(new Request(new URL(url, 'http://shop.invalid'), { method }))
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
}
