/** One running stack for all attacks over HTTP, WeChat's keys to sign with, and a view of what was stored. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { StackOptions } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { scratch } from '#test/local/fixture.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'
import type { SigningOptions } from '#test/support/wechat-keys.ts'
import { iamHeaders } from './iam-signature.ts'
import { sendRaw } from './raw-http.ts'
import type { RawAnswer } from './raw-http.ts'

/** A notification on its way to us, still to be spoiled. */
export interface Delivery {
  readonly number: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface Told {
  readonly number?: string
  readonly content?: unknown
  readonly event_type?: string
  /** Given as it is instead of a sealed content. */
  readonly body?: Buffer
  readonly path?: string
  readonly signing?: SigningOptions
}

export type AttackedStack = Awaited<ReturnType<typeof attackedStack>>

export const PAYMENT_ROUTE = '/wechatpay/notify/payment'
export const REFUND_ROUTE = '/wechatpay/notify/refund'

export async function attackedStack(options: StackOptions = {}) {
  const place = scratch()
  const stack = await startStack({
    stateDir: place.path,
    schedules: false,
    timeScale: 90,
    throttle: false,
    requireIam: true,
    ...options,
  })
  const { description, apiUrl, clients } = stack
  const keys = () => stack.simulator!.keys()
  const identity = { accessKeyId: 'local', secretAccessKey: 'local', region: description.region }
  let count = 0
  const freshNumber = () => `ATTACK-${String((count += 1)).padStart(6, '0')}`

  const transaction = (number: string) => ({
    appid: description.appid,
    mchid: description.mchid,
    out_trade_no: number,
    transaction_id: `42${number.replaceAll(/\D/g, '')}`,
    trade_type: 'NATIVE',
    trade_state: 'SUCCESS',
    bank_type: 'OTHERS',
    success_time: '2026-03-01T12:00:05+08:00',
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' },
  })

  /** WeChat's certificate that signs now. */
  const platformSigner = () => {
    const { platform } = keys()
    const signing = platform.certificates.find((one) => one.serial_no === platform.signing_serial_no)!
    return { serial: signing.serial_no, privateKey: loadPrivateKey(signing.private_key_pem) }
  }

  const seal = (content: unknown, event_type = 'TRANSACTION.SUCCESS') =>
    Buffer.from(sealNotification({ apiV3Key: loadApiV3Key(keys().apiv3_key), content, event_type }))

  /** The body of a payment's notification over any bytes. */
  const sealBytes = (content: Buffer): Buffer => {
    const envelope = JSON.parse(seal('').toString()) as { resource: object }
    const sealed = encryptResource(loadApiV3Key(keys().apiv3_key), content, {
      nonce: '0123456789ab',
      associated_data: 'transaction',
    })
    return Buffer.from(JSON.stringify({ ...envelope, resource: { ...envelope.resource, ...sealed } }))
  }

  const deliver = ({ path, headers, body }: Delivery): Promise<RawAnswer> => {
    const given = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return sendRaw({ url: apiUrl + path, headers: given, body })
  }

  return {
    stack,
    apiUrl,
    keys,
    freshNumber,
    transaction,
    platformSigner,
    seal,
    sealBytes,
    deliver,
    /** A delivery that is genuine in every respect. */
    genuine({
      number = freshNumber(),
      content,
      event_type,
      body,
      path = PAYMENT_ROUTE,
      signing,
    }: Told = {}): Delivery {
      const bytes = body ?? seal(content ?? transaction(number), event_type)
      const headers = signedHeaders(platformSigner(), bytes, signing)
      return { number, path, headers: { 'content-type': 'application/json', ...headers }, body: bytes }
    },
    /** Whether a payment fact of this order is stored. */
    async stored(number: string): Promise<boolean> {
      const Key = { fact_key: { S: paymentFactKey(description.mchid, number, 'SUCCESS') } }
      const { Item } = await clients.dynamodb.send(
        new GetItemCommand({ TableName: description.tables.facts, Key, ConsistentRead: true }),
      )
      return Item !== undefined
    },
    /** A call of the merchant API, signed for IAM. */
    async merchant(method: string, path: string, body?: unknown): Promise<RawAnswer> {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
      const content = text === undefined ? {} : { 'content-type': 'application/json', body: text }
      const { body: bytes = '', ...headers } = content as { body?: string }
      const signed = await iamHeaders({ origin: apiUrl, method, path, headers, body: bytes }, identity)
      return sendRaw({
        url: apiUrl + path,
        method,
        headers: Object.entries(signed),
        body: Buffer.from(bytes),
      })
    },
    /** How many invocations have ended. */
    runs: (operation: string): number => stack.logs.reports(description.functions[operation] ?? '').length,
    lines: (operation: string): readonly string[] => stack.logs.lines(description.functions[operation]),
    async stop(): Promise<void> {
      await stack.stop()
      place.remove()
    },
  }
}
