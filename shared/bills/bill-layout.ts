/** `old`: the 24 columns of before 2018, which WeChat still sends to few merchants. */
export const BILL_LAYOUTS = ['current', 'old'] as const
export type BillLayout = (typeof BILL_LAYOUTS)[number]
