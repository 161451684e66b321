/** What of this project is held against the floor. */
import { createSecretKey, hash } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { HttpResponse } from '@smithy/core/protocols'
import { Readable } from 'node:stream'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { eventOf } from './sample.ts'
import type { Sample, SampleDelivery } from './sample.ts'

/** Verify, envelope, decrypt, validate, fact: the code of notify without its ports. */
export function createProtocol({ serial, certificatePem, apiV3Key, mchid }: Sample) {
  const ring = createKeyRing([{ serial, kind: 'certificate', pem: certificatePem }])
  const keys = [createSecretKey(Buffer.from(apiV3Key, 'utf8'))]
  return ({ headers, body }: SampleDelivery): unknown => {
    const now = Date.now()
    const verified = verifySignature(ring, { headers, body, now })
    if (!verified.ok) throw new Error(`not verified: ${verified.reason}`)
    const envelope = parseEnvelope(body)
    if (!envelope.ok) throw new Error(envelope.field)
    const opened = openNotification(envelope.value, keys)
    if (!opened.ok || opened.content.kind !== 'payment') throw new Error('not a payment')
    const { transaction } = opened.content
    if (transaction.mchid !== mchid) throw new Error('of somebody else')
    return factOfTransaction(transaction, { source: 'notification', received_at: now })
  }
}

/**
 * The handler as it is deployed, from the event to the answer, with every line that it logs.
 *
 * @param answered where the answers of AWS come from: `by clients`, whose `send` answers at once; `by the wire`, behind all that the
 *   SDK does of its own, serializing, signing, reading; only the socket is not there.
 */
export async function createHandler(sample: Sample, answered: 'by clients' | 'by the wire') {
  setEnvironment(sample)
  if (answered === 'by clients') answerAtOnce(sample)
  else answerOnTheWire(sample)
  const { handler } = await import('#functions/notify/handler.ts')
  const events = new Map(sample.deliveries.map((delivery) => [delivery, eventOf(delivery)]))
  const context = lambdaContext(3_600_000)
  return async (delivery: SampleDelivery): Promise<unknown> => {
    const { statusCode } = await handler(events.get(delivery)!, context)
    if (statusCode !== 204) throw new Error(`the answer was ${statusCode}`)
    return statusCode
  }
}

function setEnvironment({ mchid, appid }: Sample): void {
  Object.assign(process.env, {
    WXPAY_STAGE: 'bench',
    WXPAY_MCHID: mchid,
    WXPAY_APPIDS: appid,
    WXPAY_NOTICE_TYPES: 'none',
    FACTS_TABLE_NAME: 'facts',
    FACT_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/facts',
    KEY_REFRESH_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/refresh.fifo',
    APIV3_KEY_SECRET_ID: 'apiv3-key',
    PLATFORM_KEYS_SECRET_ID: 'platform-keys',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  })
}

function secretText({ serial, certificatePem: pem, apiV3Key }: Sample, id: string): string {
  if (id === 'apiv3-key') return JSON.stringify({ current: apiV3Key })
  return JSON.stringify({ keys: [{ serial, kind: 'certificate', pem }] })
}

function answerAtOnce(sample: Sample): void {
  DynamoDBClient.prototype.send = async () => ({})
  SQSClient.prototype.send = async () => ({})
  SecretsManagerClient.prototype.send = async ({ input }: { input: { SecretId: string } }) => ({
    SecretString: secretText(sample, input.SecretId),
  })
}

function answerOnTheWire(sample: Sample): void {
  NodeHttpHandler.prototype.handle = async ({ body, headers }) => {
    const text = JSON.stringify(
      answerTo(sample, headers['x-amz-target'] ?? '', new TextDecoder().decode(body)),
    )
    return {
      response: new HttpResponse({
        statusCode: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0', 'content-length': String(text.length) },
        body: Readable.from([Buffer.from(text)]),
      }),
    }
  }
}

function answerTo(sample: Sample, target: string, body: string): object {
  const request = JSON.parse(body)
  if (target.endsWith('.GetSecretValue')) return { SecretString: secretText(sample, request.SecretId) }
  // The client of SQS compares it with what it sent.
  if (target.endsWith('.SendMessage'))
    return { MessageId: '1', MD5OfMessageBody: hash('md5', request.MessageBody) }
  return {}
}
