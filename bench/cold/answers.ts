/** What AWS and WeChat answer to the first calls of a function, all at one address. */
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { merchant, platform } from '#test/support/notifying.ts'
import { anOrder, MCHID, paidOrder } from '#test/support/orders.ts'
import { signedHeaders } from '#test/support/wechat-keys.ts'
import type { Sample } from '../notify/sample.ts'

export interface Asked {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Answered {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export function answerTo(sample: Sample, asked: Asked): Answered {
  if (asked.url.startsWith('/v3/')) return ofWechat(asked)
  if (asked.text.startsWith('Action=Publish')) return { body: PUBLISHED }
  const target = String(asked.headers['x-amz-target'] ?? '')
  // S3 has an address for each object, and nothing to say of one that it has taken.
  if (target === '') return { body: '' }
  const answer = ofAws(sample, target, JSON.parse(asked.text))
  return { headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) }
}

interface Call {
  readonly SecretId: string
  readonly MessageBody: string
  readonly Key?: { readonly order_key?: { readonly S: string } }
}

function ofAws(sample: Sample, target: string, call: Call): object {
  if (target.endsWith('.GetSecretValue')) return { SecretString: secretText(sample, call.SecretId) }
  if (target.endsWith('.GetItem')) {
    const number = call.Key?.order_key?.S.split('#').at(-1) ?? ''
    return number in ORDERS ? { Item: ORDERS[number] } : {}
  }
  // The client compares it with what it sent.
  if (target.endsWith('.SendMessage'))
    return { MessageId: '1', MD5OfMessageBody: hash('md5', call.MessageBody) }
  return {}
}

/** One that is paid, and one that waits for its payer. */
const ORDERS: Readonly<Record<string, object>> = {
  'ORDER-0001': itemOf(paidOrder()),
  'OPEN-0001': itemOf(anOrder({ out_trade_no: 'OPEN-0001', order_key: orderKey(MCHID, 'OPEN-0001') })),
}

/** In the packed form, which takes longest to read. */
function itemOf(order: Order): object {
  const item = JSON.stringify(orderToItem(order, { writeId: 'w', form: 3 }), (_, value: unknown) =>
    isBytes(value) ? Buffer.from(value.data).toString('base64') : value,
  )
  return JSON.parse(item)
}

/** As a buffer says itself in JSON. */
function isBytes(value: unknown): value is { readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)
}

function secretText({ serial, certificatePem: pem, apiV3Key }: Sample, id: string): string {
  if (id === 'apiv3-key') return JSON.stringify({ current: apiV3Key })
  if (id === 'merchant-signing')
    return JSON.stringify({ serial_no: merchant.signer.serialNo, private_key: merchant.privatePem })
  return JSON.stringify({ keys: [{ serial, kind: 'certificate', pem }] })
}

const PUBLISHED = '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>'

/** An order can be paid, closed and refunded; of the day there is no bill. */
function ofWechat({ url, text }: Asked): Answered {
  if (url.endsWith('/close')) return signed(204, '')
  if (url.startsWith('/v3/bill/'))
    return signed(400, JSON.stringify({ code: 'NO_STATEMENT_EXIST', message: '账单文件不存在' }))
  if (url.startsWith('/v3/refund/')) return signed(200, JSON.stringify(refundAnswer(JSON.parse(text))))
  return signed(200, JSON.stringify({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }))
}

/** What is asked for, under way. */
function refundAnswer(asked: object): object {
  const told = { refund_id: '50000000000001', out_trade_no: 'ORDER-0001', status: 'PROCESSING' }
  return { ...asked, ...told, channel: 'ORIGINAL', create_time: '2026-03-01T12:00:10+08:00' }
}

function signed(status: number, body: string): Answered {
  const headers = { 'content-type': 'application/json', ...signedHeaders(platform.certificate, body) }
  return { status, headers, body }
}
