/** Payments to notify of: their orders are stored as if the payers had just been shown them. */
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { eventsFor } from '#shared/events/payment-event.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { fen } from '#shared/money.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { factToItem } from '#shared/stores/fact-item.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { anOrder } from '#test/support/orders.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'
import type { Written } from './calls.ts'

export interface Notification {
  readonly factKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Payment {
  readonly order: Order
  readonly content: ReturnType<typeof contentOf>
}

const WRITE_ID = '5f1c2d3e-4a5b-4c6d-8e7f-901234567890'

export function paymentsFor({ description }: LocalStack, numbers: readonly string[]): readonly Payment[] {
  const { mchid, appid } = description
  const now = Date.now()
  return numbers.map((number) => ({
    order: anOrder({
      order_key: orderKey(mchid, number),
      mchid,
      out_trade_no: number,
      appid,
      created_at: now,
      updated_at: now,
    }),
    content: contentOf({ mchid, appid, number }),
  }))
}

function contentOf({ mchid, appid, number }: Readonly<Record<'mchid' | 'appid' | 'number', string>>) {
  return {
    appid,
    mchid,
    out_trade_no: number,
    transaction_id: `42${number.replaceAll(/\D/g, '').padStart(26, '0')}`,
    trade_type: 'NATIVE',
    trade_state: 'SUCCESS',
    bank_type: 'OTHERS',
    success_time: '2026-03-01T12:00:05+08:00',
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: fen(1000), payer_total: fen(1000), currency: 'CNY', payer_currency: 'CNY' },
  }
}

/** As WeChat sends them now. */
export function notificationsOf(stack: LocalStack, payments: readonly Payment[]): readonly Notification[] {
  const keys = stack.simulator?.keys()
  const signing = keys?.platform.certificates.find((one) => one.serial_no === keys.platform.signing_serial_no)
  if (keys === undefined || signing === undefined) throw new Error('the simulator has no key to sign with')
  const apiV3Key = loadApiV3Key(keys.apiv3_key)
  const signer = { serial: signing.serial_no, privateKey: loadPrivateKey(signing.private_key_pem) }
  return payments.map((payment) => {
    const body = Buffer.from(sealNotification({ apiV3Key, content: payment.content }))
    return {
      factKey: factOf(payment).fact_key,
      headers: { 'content-type': 'application/json', ...signedHeaders(signer, body) },
      body,
    }
  })
}

/** What the functions write of them. */
export function writtenOf(payment: Payment): Written {
  const fact = factOf(payment)
  const { order, handled } = applyFact(payment.order, fact, Date.now())
  return {
    factKey: fact.fact_key,
    orderKey: order.order_key,
    fact: factToItem(fact),
    order: orderToItem(order, { writeId: WRITE_ID, form: 1 }),
    message: JSON.stringify({ fact_key: fact.fact_key }),
    event: JSON.stringify(eventsFor(fact, handled)[0]),
  }
}

function factOf({ content }: Payment) {
  const fact = factOfTransaction(content, { source: 'notification', received_at: Date.now() })
  if (fact === undefined) throw new Error('a paid transaction is a fact')
  return fact
}
