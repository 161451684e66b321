/** What the payer's page says, in both languages. */

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Texts {
  readonly title: string
  readonly note: string
  readonly otherLanguage: string
  readonly payTo: string
  readonly order: string
  readonly pay: string
  readonly giveUp: string
  readonly back: string
  readonly again: string
  readonly paid: string
  readonly refunded: string
  readonly gaveUp: string
  readonly cannot: string
  readonly waiting: string
  readonly nothingWaits: string
  readonly scan: string
  readonly scanned: string
  readonly open: string
  /** By the code of what is in the way. */
  readonly trouble: Readonly<Record<string, string>>
}

const en: Texts = {
  title: 'WeChat Pay simulator: the payer',
  note: 'This is a simulator. No money moves.',
  otherLanguage: '中文',
  payTo: 'Merchant',
  order: 'Order',
  pay: 'Pay',
  giveUp: 'Give up',
  back: 'All orders that wait to be paid',
  again: 'Open it again',
  paid: 'Paid. WeChat notifies the merchant.',
  refunded: 'Paid, and refunded in full or in part.',
  gaveUp: 'You gave up. WeChat tells nobody: the order stays unpaid, and its code opens again.',
  cannot: 'This cannot be paid.',
  waiting: 'Orders that wait to be paid',
  nothingWaits: 'No order waits to be paid.',
  scan: 'Scan',
  scanned: 'What the QR code says',
  open: 'Open',
  trouble: {
    no_such_ticket: 'No order answered this code. Is it of this simulator, and of this run?',
    ticket_expired: 'The code is no longer valid. The merchant has to place the order again.',
    no_such_order: 'There is no such order.',
    order_closed: 'The order is closed.',
    order_paid: 'The order is paid already.',
    order_expired: 'The time to pay has passed.',
    combined: 'The order is paid together with others.',
    limit_pay: 'The merchant does not take this way of paying.',
    payer_mismatch: 'The order was placed for somebody else.',
    bad_request: 'Scan a code, or choose an order.',
    foreign_page: 'Another page asked for this. Open the payer’s page itself.',
  },
}

const zh: Texts = {
  title: '微信支付模拟器：付款人',
  note: '这里是模拟器，不会产生真实的资金往来。',
  otherLanguage: 'English',
  payTo: '商户',
  order: '订单',
  pay: '支付',
  giveUp: '放弃',
  back: '所有待支付的订单',
  again: '重新打开',
  paid: '已支付，微信将通知商户。',
  refunded: '已支付，并已部分或全部退款。',
  gaveUp: '您已放弃。微信不会通知任何人：订单仍未支付，二维码可以再次打开。',
  cannot: '无法支付。',
  waiting: '待支付的订单',
  nothingWaits: '没有待支付的订单。',
  scan: '扫一扫',
  scanned: '二维码的内容',
  open: '打开',
  trouble: {
    no_such_ticket: '没有与此二维码对应的订单。它来自这个模拟器、并且是本次运行的吗？',
    ticket_expired: '二维码已失效，请商户重新下单。',
    no_such_order: '没有这个订单。',
    order_closed: '订单已关闭。',
    order_paid: '订单已支付。',
    order_expired: '已超过支付时间。',
    combined: '该订单与其他订单合并支付。',
    limit_pay: '商户不接受这种支付方式。',
    payer_mismatch: '该订单不是为您创建的。',
    bad_request: '请扫码，或选择一个订单。',
    foreign_page: '请求来自其他网页。请直接打开付款人页面。',
  },
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zh }

/** The language that was chosen on the page, else the browser's. */
export function chooseLanguage(chosen: string | null, accepted: string | undefined): Language {
  const wanted = chosen ?? (/^\s*([\w-]+)/.exec(accepted ?? '')?.[1] || 'en')
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
