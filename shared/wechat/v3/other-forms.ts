/**
 * Payments and refunds in forms that are not supported: several orders paid at once (合单, docs/merchant/products/combine-payment), and what a
 * service provider is told (服务商). Only what names the orders is read, so that a person can find them.
 */
import type { HeldForm, HeldOrder } from '#shared/facts/notice.ts'
import { given } from '#shared/given.ts'
import { isObject } from '#shared/json.ts'
import type { Fen } from '#shared/money.ts'
import { positiveFen, refundNumber } from '#shared/wechat/wire-format.ts'
import { fields, list, parseWith, token } from '#shared/wire-rules.ts'
import type { Told } from '#shared/wire-rules.ts'

export interface OtherForm {
  readonly form: HeldForm
  /** Every merchant number in it: the initiator's, the provider's and those of the orders. */
  readonly mchids: readonly string[]
  readonly orders: readonly HeldOrder[]
}

const name = token(64)
/** One may be missing, or be of another kind than documented: it is shown to a person, and decides nothing. */
const Amount = fields({}, { total: positiveFen, total_amount: positiveFen, refund: positiveFen })
const Entry = fields(
  {},
  {
    out_trade_no: name,
    out_refund_no: refundNumber,
    transaction_id: name,
    mchid: name,
    sp_mchid: name,
    sub_mchid: name,
    amount: Amount,
  },
)
type Order = Told<typeof Entry>

/** WeChat allows 50. */
const MOST_ORDERS = 50
const Combine = fields({ combine_out_trade_no: token(64) }, { combine_mchid: name, sub_orders: list() })

/** One of these is in each such form, and in no other: most notifications need no closer look. */
const MARKS = ['combine_out_trade_no', 'sp_mchid', 'sub_mchid']

/** @returns undefined for a form that is supported, or none at all. */
export function otherForm(json: unknown): OtherForm | undefined {
  if (!isObject(json) || !MARKS.some((mark) => mark in json)) return undefined
  const combine = parseWith(Combine, json)
  if (combine.ok) return combineForm(combine.value)
  const partner = parseWith(Entry, json)
  if (!partner.ok) return undefined
  const { sp_mchid, sub_mchid } = partner.value
  if (sp_mchid === undefined && sub_mchid === undefined) return undefined
  return { form: 'partner', mchids: merchantsOf(partner.value), orders: [orderOf(partner.value)] }
}

function combineForm({ combine_out_trade_no, combine_mchid, sub_orders }: Told<typeof Combine>): OtherForm {
  const told = (sub_orders ?? []).slice(0, MOST_ORDERS).flatMap((one) => {
    const entry = parseWith(Entry, one)
    return entry.ok ? [entry.value] : []
  })
  return {
    form: 'combine',
    mchids: [...(combine_mchid === undefined ? [] : [combine_mchid]), ...told.flatMap(merchantsOf)],
    orders: told.map((one) => ({ ...orderOf(one), combine_out_trade_no })),
  }
}

function merchantsOf({ mchid, sp_mchid, sub_mchid }: Order): readonly string[] {
  return [mchid, sp_mchid, sub_mchid].filter((one) => one !== undefined)
}

function orderOf({ out_trade_no = '', amount, mchid, sp_mchid, ...rest }: Order): HeldOrder {
  const { out_refund_no, transaction_id, sub_mchid } = rest
  return {
    out_trade_no,
    ...given({
      out_refund_no,
      transaction_id,
      mchid: mchid ?? sp_mchid,
      sub_mchid,
      amount: amountOf(amount),
    }),
  }
}

function amountOf(amount: Order['amount']): Fen | undefined {
  return amount?.refund ?? amount?.total_amount ?? amount?.total
}
