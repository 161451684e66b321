/** The body of a notification of Alipay's, signed. */
import { signedText } from '#shared/alipay/signed-text.ts'
import { signSha256 } from '#shared/crypto/rsa.ts'
import type { AttemptFault } from './faults.ts'
import type { AlipayKeys } from './keys.ts'

/** The fields of a notification but for what each delivery makes anew. */
export type NoticeFields = Readonly<Record<string, string>>

/** What a merchant gets, spoiled as asked for. */
export function signedForm(keys: AlipayKeys, fields: NoticeFields, spoiled: readonly AttemptFault[]): string {
  const has = (kind: AttemptFault['kind']) => spoiled.some((fault) => fault.kind === kind)
  const amount = spoiled.find((fault) => fault.kind === 'wrong_amount')
  const content = {
    ...fields,
    ...(amount === undefined ? {} : { total_amount: amount.total_amount }),
    ...(has('wrong_app_id') ? { app_id: '2021000000000000' } : {}),
    ...(has('wrong_seller_id') ? { seller_id: '2088000000000000' } : {}),
  }
  const { privateKey: key } = has('foreign_key') ? keys.app : keys.alipay
  const signed = has('kept_sign_type') ? { ...content, sign_type: 'RSA2' } : content
  const sign = signSha256(key, signedText(Object.entries(signed)))
  const form = { ...content, sign_type: 'RSA2', ...(has('unsigned_notification') ? {} : { sign }) }
  const sent = has('tampered_body') ? { ...form, subject: `${fields['subject']}!` } : form
  return new URLSearchParams(sent).toString()
}
