/**
 * What a notification says, as it may be kept. Alipay has more types of them than are known here, and most name somebody: the value
 * of a field is kept where the field is known to be about money or an order, and of every other one its name alone.
 */
import type { FormFields } from './form.ts'

export interface KeptFields {
  readonly fields: Readonly<Record<string, string>>
  /** The names of those whose values are not kept. */
  readonly left_out: readonly string[]
}

/** `seller_id` is the merchant. What a person wrote (`subject`, `body`, `passback_params`) may be about anybody. */
const KNOWN = new Set([
  'notify_id',
  'notify_type',
  'charset',
  'version',
  'app_id',
  'auth_app_id',
  'seller_id',
  'out_trade_no',
  'trade_no',
  'out_biz_no',
  'out_request_no',
  'trade_status',
  'refund_status',
  'total_amount',
  'refund_fee',
  'gmt_create',
  'gmt_payment',
  'gmt_refund',
  'gmt_refund_pay',
  'gmt_close',
])
/** Money under any name, where it looks like money. */
const AMOUNT = { name: /_(?:amount|fee)$/, value: /^-?\d{1,15}(?:\.\d{1,2})?$/ }
/** What a repetition does not say again, and what nobody has to read. */
const PASSING = new Set(['sign', 'sign_type', 'notify_time'])

export function keptOf(form: FormFields): KeptFields {
  const said = [...form].filter(([name]) => !PASSING.has(name))
  const left_out = said.filter((field) => !isKept(field)).map(([name]) => name)
  return { fields: Object.fromEntries(said.filter(isKept)), left_out: left_out.toSorted() }
}

function isKept([name, value]: readonly [string, string]): boolean {
  return KNOWN.has(name) || (AMOUNT.name.test(name) && AMOUNT.value.test(value))
}
