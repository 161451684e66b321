/** Answers the calls of a first notification and of a first query as AWS does. */
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { orderToItem } from '#shared/stores/order-item.ts'
import { paidOrder } from '#test/support/orders.ts'
import type { Sample } from '../notify/sample.ts'

export interface AnsweringAws {
  readonly url: string
  readonly close: () => Promise<void>
}

export async function startAws(sample: Sample): Promise<AnsweringAws> {
  const server = createServer((request, response) => {
    void answerTo(sample, request).then((answer) =>
      response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer)),
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

async function answerTo(sample: Sample, request: IncomingMessage): Promise<object> {
  const target = String(request.headers['x-amz-target'])
  const body = JSON.parse(await text(request))
  if (target.endsWith('.GetSecretValue')) return { SecretString: secretText(sample, body.SecretId) }
  if (target.endsWith('.GetItem')) return { Item: JSON.parse(ORDER) }
  // The client compares it with what it sent.
  if (target.endsWith('.SendMessage'))
    return { MessageId: '1', MD5OfMessageBody: hash('md5', body.MessageBody) }
  return {}
}

/** In the packed form, which takes longest to read. */
const ORDER = JSON.stringify(orderToItem(paidOrder(), { writeId: 'w', form: 3 }), (_, value: unknown) =>
  isBytes(value) ? Buffer.from(value.data).toString('base64') : value,
)

/** As a buffer says itself in JSON. */
function isBytes(value: unknown): value is { readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)
}

function secretText({ serial, certificatePem: pem, apiV3Key }: Sample, id: string): string {
  if (id === 'apiv3-key') return JSON.stringify({ current: apiV3Key })
  return JSON.stringify({ keys: [{ serial, kind: 'certificate', pem }] })
}
