/**
 * Notifications (alipay-sdk-nodejs-all 4.14.0, `checkNotifySign`; of refunds developer.aliyun.com/ask/285132): a form, signed
 * over what it says but for `sign` and `sign_type`. There is no timestamp and no nonce in it: `notify_id` stays the same over all
 * repetitions, and whoever records what is told has to hold against a replay.
 */
import type { Clock } from '#shared/clock.ts'
import { contentHash } from '#shared/facts/content-hash.ts'
import { given } from '#shared/given.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import type { NotificationChannel, ReadNotification, Told } from '#shared/orders/notification-channel.ts'
import { anyText, cutText, fields, parseWith, text, token } from '#shared/wire-rules.ts'
import type { Rule, Told as RuleTold } from '#shared/wire-rules.ts'
import { beijingTime } from './beijing-time.ts'
import { readForm } from './form.ts'
import type { FormFields } from './form.ts'
import { keptOf } from './kept-fields.ts'
import type { AlipayKeyRing } from './key-ring.ts'
import { isAmbiguous, signedText } from './signed-text.ts'
import { claimsPayment, isTradeStatus, transactionOf } from './trade.ts'
import type { App } from './trade.ts'
import { orderNumber, positiveYuan, refundNumber, tradeNumber, yuanAmount } from './wire-format.ts'

export interface NotificationDeps extends App {
  /** The merchant's number at Alipay (PID), where it is to be compared. */
  readonly sellerId?: string | undefined
  readonly keyRing: () => Promise<AlipayKeyRing>
  readonly clock: Clock
}

/** The body that ends the repetitions, to the letter. */
const TAKEN = 'success'
const NOT_TAKEN = 'failure'

/** Changes of a trade; Alipay has other types, of which nothing is known here. */
const TRADE = 'trade_status_sync'

export function createNotificationChannel(deps: NotificationDeps): NotificationChannel {
  return {
    taken: TAKEN,
    notTaken: NOT_TAKEN,
    async readNotification(body) {
      const form = readForm(body)
      const ring = await deps.keyRing()
      if (form === undefined || !isSigned(form, ring, deps.clock.now())) return refused('unverified')
      return readSigned(deps, form)
    },
  }
}

/** Whether Alipay signed what a form says. @param now epoch ms. */
export function isSigned(form: FormFields, ring: AlipayKeyRing, now: number): boolean {
  const sign = form.get('sign')
  const charset = form.get('charset')?.toLowerCase()
  if (sign === undefined || form.get('sign_type') !== 'RSA2') return false
  // The form was read as UTF-8: in no other charset is it known what was signed.
  if (charset !== undefined && charset !== 'utf-8') return false
  const signed = signedFields(form)
  return !isAmbiguous(signed) && ring.verify({ message: Buffer.from(signedText(signed)), sign, now }).ok
}

/** All but the signature and its kind. */
export function signedFields(form: FormFields): ReadonlyArray<readonly [name: string, value: string]> {
  return [...form].filter(([name]) => name !== 'sign' && name !== 'sign_type')
}

const Envelope = fields(
  { app_id: anyText(32) },
  { notify_id: text(128, /^[\w-]+$/), seller_id: anyText(32), notify_type: token(64) },
)

const order = { out_trade_no: orderNumber, trade_status: anyText(64) }
const kept = {
  gmt_payment: beijingTime,
  buyer_pay_amount: yuanAmount,
  passback_params: cutText(512),
  out_biz_no: refundNumber,
  refund_fee: yuanAmount,
  gmt_refund: beijingTime,
}
const Paid = fields({ ...order, trade_no: tradeNumber, total_amount: positiveYuan }, kept)
const Unpaid = fields(order, { trade_no: tradeNumber, total_amount: positiveYuan, ...kept })
type Trade = RuleTold<typeof Paid> | RuleTold<typeof Unpaid>

/** What tells of a refund, or when it was paid, tells of a payment too. */
const AnyTrade: Rule<Trade> = (told, place) => {
  const trade = Unpaid(told, place)
  const isPaid =
    trade !== undefined &&
    isTradeStatus(trade.trade_status) &&
    (claimsPayment(trade.trade_status) || trade.gmt_payment !== undefined || isRefunded(trade))
  return isPaid ? Paid(told, place) : trade
}

/** `refund_fee` is all that was refunded of the trade so far, and not the refund that is told of. */
function isRefunded({ out_biz_no, refund_fee, gmt_refund }: Trade): boolean {
  return out_biz_no !== undefined || (refund_fee ?? 0) > 0 || gmt_refund !== undefined
}

function readSigned(app: NotificationDeps, form: FormFields): ReadNotification {
  const json = Object.fromEntries(form)
  const envelope = parseWith(Envelope, json)
  if (!envelope.ok) return refused('foreign', 'app_id')
  const { notify_id: id, app_id, seller_id, notify_type: type = 'untyped' } = envelope.value
  if (app_id !== app.appId) return refused('foreign', 'app_id')
  if (app.sellerId !== undefined && seller_id !== app.sellerId) return refused('foreign', 'seller_id')
  const common = { ok: true, type, content: contentOf(form), ...keptOf(form) } as const
  const said = { ...common, ...given({ id }) }
  if (type !== TRADE) return { ...said, told: [] }
  const trade = parseWith(AnyTrade, json)
  return trade.ok
    ? { ...said, told: toldOf(app, trade.value) }
    : { ...said, told: [], malformed: trade.field }
}

const CHANGES_WITH_EACH = new Set(['sign', 'sign_type', 'notify_time'])

/** Of the rest the payer's name and account are a part: only its hash is handed on. */
function contentOf(form: FormFields): string {
  return contentHash(signedText([...form].filter(([name]) => !CHANGES_WITH_EACH.has(name))))
}

function toldOf(app: App, trade: Trade): readonly Told[] {
  const { out_trade_no, out_biz_no, passback_params: passed, gmt_payment: paid_at, trade_status } = trade
  const transaction = transactionOf(app, {
    ...trade,
    total: trade.total_amount,
    payer_total: trade.buyer_pay_amount,
    paid_at,
    attach: passed === undefined ? undefined : decoded(passed),
  })
  if (!isRefunded(trade)) return [payment(transaction)]
  const strange = isTradeStatus(trade_status) ? [] : [payment(transaction)]
  // A refund that has a name is told apart; without one, all that is known is that there is one.
  if (out_biz_no === undefined) return [payment({ ...transaction, trade_state: 'REFUND' }), ...strange]
  return [
    payment({ ...transaction, trade_state: 'SUCCESS' }),
    { kind: 'refund_named', out_trade_no, out_refund_no: out_biz_no },
    ...strange,
  ]
}

const payment = (transaction: Transaction): Told => ({ kind: 'payment', transaction })

/** As `order-content.ts` encoded it; what somebody else placed may be anything. */
function decoded(passed: string): string {
  try {
    return decodeURIComponent(passed)
  } catch {
    return passed
  }
}

function refused(reason: 'unverified' | 'foreign', field?: string): ReadNotification {
  return { ok: false, reason, ...(field === undefined ? {} : { field }) }
}
