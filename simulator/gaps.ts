/** What WeChat serves and this simulator does not, so that a call of it can be told from a typo. */

/** Whole families of `/v3/`; a path below one of them may still be mistyped, which only its owner can tell. */
const FAMILIES = `
  abnormal-fund-processing aggracct-bc apply4sub apply4subject applyment4sub bank-batch-transfer bank-transfer brand
  brand-basic businesscircle capital catering compliance credit-repayment discount-card ebike ecommerce edu-papay edu-star
  eduschoolpay express facemch fund-app funds-to-oversea global goldplan gov hire-power-bank industry-coupon
  industry-rebate inspolicymgr iotmanage lovefeast marketing mch-manage mch-operation-manage mch_operate mchalterapply
  med-ins merchant merchant-risk-manage merchant-service merchant-settlement merchant-store merchantfund multiuse
  new-tax-control-fapiao offlineface offlinefacemch palmservice papay parking partner-papay partner-transfer
  password-exempt-contract pay-devices payroll-card payscore platsolution qrcode rate-activity realname recharge
  repayment smartguide taxi-invoice transaction-block transfer transfer-detail transferdownload vehicle webizpay
`
  .trim()
  .split(/\s+/)

/** Single endpoints of families that are served; `*` stands for one part of a path. */
const ENDPOINTS = [
  ...['/v3/pay/transactions', '/v3/pay/partner/transactions'].flatMap((base) => [
    `${base}/app-with-contract`,
    `${base}/jsapi-with-contract`,
    `${base}/codepay`,
    `${base}/exposure`,
    `${base}/out-trade-no/*/reverse`,
  ]),
  '/v3/pay/partner/transactions/scannedpos',
  '/v3/bill/sub-merchant-fundflowbill',
  '/v3/combine-transactions/id/*',
  '/v3/profitsharing/bills',
  '/v3/profitsharing/merchant-configs/*',
  '/v3/profitsharing/orders',
  '/v3/profitsharing/orders/*',
  '/v3/profitsharing/receivers/add',
  '/v3/profitsharing/receivers/delete',
  '/v3/profitsharing/return-orders',
  '/v3/profitsharing/return-orders/*',
]

/** APIv2 speaks XML, below these. */
const V2_FAMILIES = ['pay', 'secapi', 'mmpaymkttransfers', 'tools', 'risk', 'papay', 'pappayapply']

export interface Gap {
  /** What WeChat has there: an endpoint, or a family of them. */
  readonly name: string
  readonly version: 'v2' | 'v3'
}

/** What is missing here at this path, or undefined where WeChat has nothing either. */
export function findGap(pathname: string): Gap | undefined {
  const [, first = '', second = ''] = pathname.split('/')
  if (V2_FAMILIES.includes(first)) return { name: `APIv2 (/${first}/…)`, version: 'v2' }
  if (first !== 'v3') return undefined
  if (FAMILIES.includes(second)) return { name: `/v3/${second}/…`, version: 'v3' }
  const parts = pathname.split('/')
  const name = ENDPOINTS.find((endpoint) => fits(endpoint.split('/'), parts))
  return name === undefined ? undefined : { name, version: 'v3' }
}

function fits(wanted: readonly string[], parts: readonly string[]): boolean {
  return (
    wanted.length === parts.length &&
    wanted.every((part, at) => (part === '*' ? parts[at] !== '' : part === parts[at]))
  )
}
