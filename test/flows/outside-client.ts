/**
 * A merchant's program that knows nothing of this project but the file given to it, and WeChat's documents: it creates an
 * order, has it paid, plays WeChat with WeChat's own key, and waits for the event. Its result goes to standard output.
 */
import { createCipheriv, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SubscribeCommand, SNSClient } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'

const stack = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const number = 'OUTSIDE-CLIENT-1'

async function json(url: string, body?: unknown) {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(url, init)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return JSON.parse(await response.text())
}

const aws = {
  region: stack.region,
  credentials: {
    accessKeyId: stack.credentials.access_key_id,
    secretAccessKey: stack.credentials.secret_access_key,
  },
}
const sqs = new SQSClient({ ...aws, endpoint: stack.endpoints.sqs })
const sns = new SNSClient({ ...aws, endpoint: stack.endpoints.sns })
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'outside-client' }))
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
)
await sns.send(
  new SubscribeCommand({ TopicArn: stack.topic_arn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] }),
)

const created = await json(`${stack.api_url}/v1/payments`, {
  channel: 'native',
  out_trade_no: number,
  description: 'a pot of tea',
  amount: { total: 1234 },
})
const control = `${stack.control_url}/_control`
// The simulator's own notification is lost, so that the one of this program is the first to tell.
await json(`${control}/faults`, { kind: 'drop', match: { out_trade_no: number } })
const { order } = await json(`${control}/payer/pay`, { code_url: created.code_url })

const keys = await json(`${control}/keys`)
const nonce = randomBytes(6).toString('hex')
const cipher = createCipheriv('aes-256-gcm', Buffer.from(stack.apiv3_key), Buffer.from(nonce))
cipher.setAAD(Buffer.from('transaction'))
const plain = {
  appid: stack.appid,
  mchid: stack.mchid,
  out_trade_no: number,
  transaction_id: order.transaction_id,
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: order.success_time,
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1234, payer_total: 1234, currency: 'CNY', payer_currency: 'CNY' },
}
const sealed = Buffer.concat([cipher.update(JSON.stringify(plain)), cipher.final(), cipher.getAuthTag()])
const body = JSON.stringify({
  id: 'EV-2026-outside',
  create_time: order.success_time,
  resource_type: 'encrypt-resource',
  event_type: 'TRANSACTION.SUCCESS',
  summary: '支付成功',
  resource: {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: sealed.toString('base64'),
    associated_data: 'transaction',
    nonce,
  },
})
const signing = keys.platform.certificates.find(
  (certificate: { serial_no: string }) => certificate.serial_no === stack.platform_serial,
)
const timestamp = String(Math.floor(Date.now() / 1000))
const word = randomBytes(16).toString('hex')
const signature = sign('sha256', Buffer.from(`${timestamp}\n${word}\n${body}\n`), signing.private_key_pem)
const notified = await fetch(`${stack.api_url}/wechatpay/notify/payment`, {
  method: 'POST',
  body,
  headers: {
    'content-type': 'application/json',
    'Wechatpay-Serial': stack.platform_serial,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': word,
    'Wechatpay-Signature': signature.toString('base64'),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  },
})

const { Messages: [message] = [] } = await sqs.send(
  new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 15 }),
)
const event = JSON.parse(JSON.parse(message?.Body ?? '{}').Message ?? '{}')
const told = await json(`${stack.api_url}/v1/payments/${number}`)
sqs.destroy()
sns.destroy()
process.stdout.write(
  JSON.stringify({
    notified: notified.status,
    event: { type: event.type, id: event.id, total: event.data?.amount?.total },
    order: { status: told.status, transaction_id: told.transaction_id },
    transaction_id: order.transaction_id,
  }),
)
