/** Alipay's side of the wire for tests: its key, signed forms and signed answers. */
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { makeKeyPair } from '#test/support/wechat-keys.ts'

export const APP_ID = '2021001161683774'
export const ACCOUNT = `alipay:${APP_ID}`
export const SELLER_ID = '2088531891668739'

/** One pair for Alipay and one for the app, made once for each file of tests. */
export const ALIPAY = makeKeyPair()
export const APP = makeKeyPair()
export const RING = createAlipayKeyRing([{ kind: 'public_key', pem: ALIPAY.publicPem }])

export type Fields = Readonly<Record<string, string>>

/** A payment that is told, without its signature. */
export const PAID: Fields = {
  notify_time: '2026-06-08 18:34:57',
  notify_type: 'trade_status_sync',
  notify_id: '2026060800222183457000000000000001',
  charset: 'utf-8',
  version: '1.0',
  app_id: APP_ID,
  auth_app_id: APP_ID,
  seller_id: SELLER_ID,
  trade_no: '2026060822001400000000000001',
  out_trade_no: 'ORDER-0001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '88.80',
  receipt_amount: '88.80',
  buyer_pay_amount: '80.00',
  subject: '语雀空间 500人',
  buyer_id: '2088102534368455',
  gmt_create: '2026-06-08 18:34:50',
  gmt_payment: '2026-06-08 18:34:56',
  fund_bill_list: '[{"amount":"80.00","fundChannel":"ALIPAYACCOUNT"}]',
}

/** With `sign`, over these fields or over others, and `sign_type`. */
export function signedFields(fields: Fields, { over = fields, key = ALIPAY.privateKey } = {}): Fields {
  return { ...fields, sign_type: 'RSA2', sign: signSha256(key, signedText(Object.entries(over))) }
}

export function formOf(fields: Fields): Buffer {
  return Buffer.from(new URLSearchParams(fields).toString())
}

export const notificationOf = (fields: Fields): Buffer => formOf(signedFields(fields))

/** The gateway's answer to a method, signed over the text of its content. */
export function signedAnswer(
  method: string,
  content: unknown,
  {
    key = ALIPAY.privateKey,
    more = {},
  }: { readonly key?: typeof ALIPAY.privateKey; readonly more?: Fields } = {},
): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const members = { ...more, sign: signSha256(key, text) }
  return `{"${method.replaceAll('.', '_')}_response":${text},${JSON.stringify(members).slice(1)}`
}
