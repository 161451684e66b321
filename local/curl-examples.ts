/** One `curl` for each operation, in the order in which one would try them on a fresh stack. */
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { NOTIFY_ALIPAY_PATH, NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import { hasWechat, type StackDescription } from './stack-description.ts'

export interface CurlExample {
  readonly title: string
  readonly command: string
}

const ALIPAY = {
  order: 'ALIPAY_0001',
  refund: 'ALIPAY_REFUND_0001',
  method: 'precreate',
  pay: '/_control/alipay/pay',
  notify: (api: string) => `curl -sS -X POST ${api}${NOTIFY_ALIPAY_PATH} -d notify_id=1`,
} as const
const WECHAT = {
  order: 'ORDER-0001',
  unpaid: 'ORDER-0002',
  refund: 'REFUND-0001',
  method: 'native',
  pay: '/_control/payer/pay',
  notify: (api: string) =>
    `curl -sS -X POST ${api}${NOTIFY_PAYMENT_PATH} -H 'Content-Type: application/json' -d '{}'`,
} as const

/** The commands; they need nothing but curl. @param options.sign whether merchant routes ask for a signature. */
export function curlExamples(
  stack: StackDescription,
  options: { readonly sign: boolean },
): readonly CurlExample[] {
  const { api_url: api, control_url: control, endpoints, topic_arn: topic, queues } = stack
  const queue = `${endpoints.sqs}/000000000000/my-events`
  const queueArn = `arn:aws:sqs:${stack.region}:000000000000:my-events`
  const sign = (service: string) => `--aws-sigv4 aws:amz:${stack.region}:${service} --user local:local`
  const sqs = (action: string, body: object) =>
    `curl -sS ${endpoints.sqs} ${sign('sqs')} -H 'X-Amz-Target: AmazonSQS.${action}' -H 'Content-Type: application/x-amz-json-1.0' -d '${JSON.stringify(body)}'`
  const iam = options.sign ? ` ${sign('execute-api')}` : ''
  const get = (path: string) => `curl -sS ${quoted(`${api}${path}`)}${iam}`
  const merchant = (path: string, body?: object) => `${post(quoted(`${api}${path}`), body)}${iam}`
  const post = (url: string, body?: object) =>
    `curl -sS -X POST ${url}${body === undefined ? '' : ` -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`}`
  // Whoever takes the money where a request does not say it.
  const first = hasWechat(stack) ? WECHAT : ALIPAY
  const order = (number: string) => ({
    channel: first.method,
    out_trade_no: number,
    description: 'A cup of tea',
    amount: { total: 100 },
  })
  const alipay = (): readonly CurlExample[] => [
    {
      title: 'Alipay: create a payment',
      command: merchant('/v1/payments', {
        ...order(ALIPAY.order),
        provider: 'alipay',
        channel: ALIPAY.method,
      }),
    },
    {
      title: 'Alipay: pay it, as the payer would',
      command: post(control + ALIPAY.pay, { out_trade_no: ALIPAY.order }),
    },
    { title: 'Alipay: see it paid', command: get(`/v1/payments/${ALIPAY.order}?provider=alipay`) },
    {
      title: 'Alipay: refund a part of it, which is made at once',
      command: merchant(`/v1/payments/${ALIPAY.order}/refunds?provider=alipay`, {
        out_refund_no: ALIPAY.refund,
        amount: { refund: 40 },
      }),
    },
  ]
  // Alipay does not know an order before its payer has scanned it: there is nothing to close.
  const closing =
    first === ALIPAY
      ? []
      : [
          {
            title: 'close: an order that nobody pays, created first',
            command: merchant('/v1/payments', order(WECHAT.unpaid)),
          },
          { title: 'close: and closed', command: merchant(`/v1/payments/${WECHAT.unpaid}/close`) },
        ]
  return [
    { title: 'create a queue for events', command: sqs('CreateQueue', { QueueName: 'my-events' }) },
    {
      title: 'subscribe it to the topic',
      command: `curl -sS ${endpoints.sns} ${sign('sns')} -d Action=Subscribe -d Protocol=sqs -d TopicArn=${topic} -d Endpoint=${queueArn} -d Attributes.entry.1.key=RawMessageDelivery -d Attributes.entry.1.value=true`,
    },
    { title: 'prepay: create a payment', command: merchant('/v1/payments', order(first.order)) },
    {
      title: 'pay it, as the payer would',
      command: post(control + first.pay, { out_trade_no: first.order }),
    },
    { title: 'query: see it paid', command: get(`/v1/payments/${first.order}`) },
    {
      title: 'receive the event',
      command: sqs('ReceiveMessage', { QueueUrl: queue, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
    },
    {
      title: 'refund a part of it',
      command: merchant(`/v1/payments/${first.order}/refunds`, {
        out_refund_no: first.refund,
        amount: { refund: 40 },
      }),
    },
    { title: 'refund: see its status', command: get(`/v1/refunds/${first.refund}`) },
    ...closing,
    {
      title: 'notify: an unsigned notification is refused',
      command: first.notify(api),
    },
    {
      title: 'settle: a message that comes twice does no harm; this one repeats that the order was paid',
      command: sqs('SendMessage', {
        QueueUrl: queues.facts,
        MessageBody: JSON.stringify({ fact_key: paymentFactKey(stack.mchid, first.order, 'SUCCESS') }),
      }),
    },
    ...(stack.alipay_app_id === undefined || first === ALIPAY ? [] : alipay()),
    ...(first === ALIPAY
      ? []
      : [
          {
            title: 'rotate-certs: run it now',
            command: post(`${stack.stack_control_url}/fire/rotate-certs`),
          },
        ]),
    { title: 'sweep: run it now', command: post(`${stack.stack_control_url}/fire/sweep`) },
  ]
}

/** A shell may take a question mark for a pattern of file names. */
function quoted(url: string): string {
  return url.includes('?') ? `'${url}'` : url
}
