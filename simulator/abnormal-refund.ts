/** Applications to pay an abnormal refund to a bank card (doc merchant/4012810603). */
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { oneOf, optionalText, parseBody, patternText } from './field-rules.ts'
import type { Keys } from './keys.ts'
import { fingerprint } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { findOrder } from './orders.ts'
import { checkOwner, moveRefund, noRefund } from './refunds.ts'
import type { TakenRefund } from './refunds.ts'
import { keyOfWechatpaySerial, openField } from './sensitive-field.ts'

const BANKS = 'CMB COMM ABC CCB ICBC BOC PAB SPDB CITIC CEB CMBC CIB GDB PSBC NBCB'
  .split(' ')
  .map((bank) => `${bank}_DEBIT`)

const schema = v.strictObject({
  sub_mchid: optionalText(32),
  out_refund_no: patternText(/^[0-9a-zA-Z_\-|*@]{1,64}$/),
  type: oneOf('USER_BANK_CARD', 'MERCHANT_BANK_CARD'),
  bank_type: v.optional(oneOf(...BANKS)),
  bank_account: optionalText(1024),
  real_name: optionalText(1024),
})
export type Application = v.InferOutput<typeof schema>

const CARD_FIELDS = ['bank_type', 'bank_account', 'real_name'] as const

/** Reads an application; card data has to open with the key that `Wechatpay-Serial` names. @throws ApiError */
export function readApplication(body: Uint8Array, keys: Keys, serial: string | undefined): Application {
  const application = parseBody(schema, body)
  if (application.type === 'MERCHANT_BANK_CARD') return application
  for (const field of CARD_FIELDS) if (application[field] === undefined) throw missing(field)
  const key = keyOfWechatpaySerial(keys, serial)
  openField(key, 'bank_account', application.bank_account ?? '')
  openField(key, 'real_name', application.real_name ?? '')
  return application
}

function missing(field: string): ApiError {
  return new ApiError(400, 'PARAM_ERROR', `退款至用户银行卡时“${field}”必填`, {
    detail: { field: `/${field}`, issue: 'required for USER_BANK_CARD', location: 'body' },
  })
}

/** Sends an abnormal refund on its way to a card; the same application again changes nothing. @throws ApiError when there is none like that, or it is not abnormal. */
export function applyAbnormalRefund(
  ledger: Ledger,
  refundId: string,
  { application, now }: { readonly application: Application; readonly now: number },
): TakenRefund {
  const refund = ledger.refunds.get(application.out_refund_no)
  if (refund === undefined || refund.refundId !== refundId) throw noRefund()
  checkOwner(findOrder(ledger, refund.outTradeNo), application.sub_mchid, 'body')
  // Card data is ciphertext, other each time: the same application is the one of the same kind.
  const print = fingerprint([application.type, application.bank_type])
  if (refund.application === print && refund.status === 'PROCESSING') return { refund, fresh: false }
  if (refund.status !== 'ABNORMAL')
    throw new ApiError(400, 'INVALID_REQUEST', '退款单状态不是退款异常，不能发起异常退款')
  const isMerchants = application.type === 'MERCHANT_BANK_CARD'
  const account = isMerchants ? '商户银行账户' : '用户银行卡'
  const sent = { ...refund, application: print, channel: 'OTHER_BANKCARD', account } as const
  return { refund: moveRefund(ledger, sent, { status: 'PROCESSING', now }), fresh: true }
}
