/** Safeguards that only Alipay's ways need, taken away. */
import type { Mutant } from './mutant.ts'

const NOTIFY = 'functions/notify-alipay/notify-alipay.ts'
const NOTIFICATION = 'shared/alipay/notification.ts'
const PAYMENTS = 'shared/alipay/payments.ts'
const REFUNDS = 'shared/alipay/refunds.ts'

export const alipayMutants: readonly Mutant[] = [
  {
    name: 'Alipay: a refund that moved nothing is taken for made',
    file: REFUNDS,
    from: "if (fund_change !== 'Y')",
    to: "if (fund_change === '')",
    proven: { scenario: 'alipay-refund-moved-nothing' },
  },
  {
    name: 'Alipay: a refund that is not known yet is taken for refused',
    file: REFUNDS,
    from: `    throw new ChannelError('server_error', 'Alipay took the refund, and did not say that it is made', {
      certain: false,`,
    to: `    throw new ChannelError('refused', 'Alipay took the refund, and did not say that it is made', {
      certain: true,
      httpStatus: 200,`,
    proven: { scenario: 'alipay-refund-moved-nothing' },
  },
  {
    name: 'Alipay: the refund in a notification is not read',
    file: NOTIFICATION,
    from: "    { kind: 'refund_named', out_trade_no, out_refund_no: out_biz_no },",
    to: '',
    proven: { scenario: 'alipay-refund-elsewhere' },
  },
  {
    name: 'Alipay: a refund that cannot be asked for now is forgotten',
    file: NOTIFY,
    from: '[refundNamed(mchid, told, notified)]',
    to: '[]',
    proven: { scenario: 'alipay-refund-elsewhere' },
  },
  {
    name: 'Alipay: a refund that was only named is forgotten with its hold',
    file: 'shared/ledger/look-plan.ts',
    from: 'const plan = open ? UNPROVEN_PLAN : { points: UNPROVEN_PLAN.points }',
    to: 'const plan = open ? UNPROVEN_PLAN : { points: [] }',
    proven: { scenario: 'alipay-refund-named-and-let-pass' },
  },
  {
    name: 'Alipay: success is answered before anything is stored',
    file: NOTIFY,
    from: 'await take({ ...deps, correlationId: delivery.correlationId, log, call }, read)',
    to: 'void take({ ...deps, correlationId: delivery.correlationId, log, call }, read).catch(() => {})',
    proven: { scenario: 'alipay-pay' },
  },
  {
    name: 'Alipay: a signature is not looked at',
    file: NOTIFICATION,
    from: 'ring.verify({ message: Buffer.from(signedText(signed)), sign, now }).ok',
    to: 'ring.verify({ message: Buffer.from(signedText(signed)), sign, now }) !== undefined',
    proven: { scenario: 'alipay-forged' },
  },
  {
    name: 'Alipay: what another app was told is believed',
    file: NOTIFICATION,
    from: "if (app_id !== app.appId) return refused('foreign', 'app_id')",
    to: '',
    proven: { scenario: 'alipay-forged' },
  },
  {
    name: 'Alipay: what another seller was told is believed',
    file: NOTIFICATION,
    from: 'app.sellerId !== undefined && seller_id !== app.sellerId',
    to: "app.sellerId === '' && seller_id !== app.sellerId",
    proven: { scenario: 'alipay-forged' },
  },
  {
    name: 'Alipay: what nobody has opened is taken for closed',
    file: PAYMENTS,
    from: 'if (!(expired && isUnknown(error))) throw error',
    to: 'if (!isUnknown(error)) throw error',
    proven: { scenario: 'alipay-close-before-payer' },
  },
  {
    name: 'Alipay: what nobody has opened is not there, and given up',
    file: PAYMENTS,
    from: `        if (!isUnknown(error)) throw error
        return`,
    to: `        if (!isUnknown(error) || out_trade_no !== '') throw error
        return`,
    proven: { scenario: 'alipay-page-pay' },
  },
  {
    name: 'Alipay: what nobody has opened stays open when its time is over',
    file: PAYMENTS,
    from: 'if (!(expired && isUnknown(error))) throw error',
    to: 'if (expired || !expired) throw error',
    proven: { scenario: 'alipay-nobody-pays' },
  },
  {
    name: 'Alipay: a trade that was refunded to the last fen is taken for unpaid',
    file: 'shared/alipay/trade.ts',
    from: "return paid_at === undefined ? 'CLOSED' : 'REFUND'",
    to: "return 'CLOSED'",
    proven: { scenario: 'alipay-refunded-before-known' },
  },
  {
    name: 'the account of an order is not looked at',
    file: 'shared/orders/channels.ts',
    from: 'const provider = providerOf(account)',
    to: "const provider = providerOf(account) === 'alipay' ? 'wechat' : 'wechat'",
    proven: { scenario: 'alipay-page-pay' },
  },
]
