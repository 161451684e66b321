/** Bills in WeChat's form, made row by row, so that a million of them need no memory. */

export const TRADE_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
export const TRADE_SUMS =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
export const FUND_COLUMNS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号'
export const FUND_SUMS = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额'

export const cells = (values: readonly unknown[]) => values.map((value) => `\`${String(value)}`).join(',')
/** Fen as yuan with two decimals. */
export const yuan = (fen: number) => (fen / 100).toFixed(2)

export interface Sold {
  readonly number: number
  readonly fen: number
  readonly goods?: string
  readonly attach?: string
}

export function paymentRow({ number, fen, goods = 'tea', attach = '' }: Sold): string {
  return cells([
    '2026-11-24 08:35:41',
    'wxd678efh567hg6787',
    '1900000109',
    '0',
    '',
    `4200000${number}`,
    `ORDER-${number}`,
    'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    'JSAPI',
    'SUCCESS',
    'CMB_DEBIT',
    'CNY',
    yuan(fen),
    '0.00',
    '0',
    '0',
    '0.00',
    '0.00',
    '',
    '',
    goods,
    attach,
    '0.00600',
    '0.60%',
    yuan(fen),
    '0.00',
    '',
  ])
}

export function refundRow({ number, fen, goods = 'tea', attach = '' }: Sold): string {
  return cells([
    '2026-11-24 18:00:00',
    'wxd678efh567hg6787',
    '1900000109',
    '0',
    '',
    `4200000${number}`,
    `ORDER-${number}`,
    'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    'JSAPI',
    'REFUND',
    'CMB_DEBIT',
    'CNY',
    '0.00',
    '0.00',
    `50300${number}`,
    `REFUND-${number}`,
    yuan(fen),
    '0.00',
    'ORIGINAL',
    'PROCESSING',
    goods,
    attach,
    '-0.00100',
    '0.60%',
    '0.00',
    yuan(fen),
    '',
  ])
}

/** A trade bill of payments and refunds with the sums that belong to it; `\r\n` and a byte order mark, as WeChat sends it. */
export function tradeBill(paid: readonly Sold[], refunded: readonly Sold[] = []): string {
  const sum = (sold: readonly Sold[]) => sold.reduce((total, { fen }) => total + fen, 0)
  const fee = ((paid.length * 600 - refunded.length * 100) / 100_000).toFixed(5)
  const [total, refund] = [yuan(sum(paid)), yuan(sum(refunded))]
  const sums = cells([`${paid.length + refunded.length}.0`, total, refund, '0.00', fee, total, refund])
  const rows = [...paid.map(paymentRow), ...refunded.map(refundRow)]
  return `\uFEFF${[TRADE_COLUMNS, ...rows, TRADE_SUMS, sums].join('\r\n')}\r\n`
}

/** The bytes in chunks of this size. */
export async function* inChunks(text: string | Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
