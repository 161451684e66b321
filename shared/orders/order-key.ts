/**
 * The keys of the orders table; only this module knows their grammar: `mchid # number`, and `refund # mchid # number` for
 * pointers; `turn # mchid # sweep` or `reconcile` for the turn of a run, and `reconciliation # mchid # day` for what became of a
 * day; `switches # mchid` for the switches, and with one more part for each time that one of them was set or cleared;
 * `hour # mchid # …` for what was refunded and paid within the last hour.
 */

/** The one word whose keys have as many parts as those of orders. */
const SWITCHES = 'switches'

export function orderKey(mchid: string, outTradeNo: string): string {
  return `${mchid}#${outTradeNo}`
}

/** The key of what points from a refund number to its order. */
export function refundPointerKey(mchid: string, outRefundNo: string): string {
  return `refund#${mchid}#${outRefundNo}`
}

/** The refund number that a pointer is for; undefined when the key is none of a pointer. */
export function parseRefundPointerKey(text: string): string | undefined {
  const [word, , number, ...more] = text.split('#')
  return word === 'refund' && number !== undefined && number !== '' && more.length === 0 ? number : undefined
}

/** The key of the entry of a day's reconciliation. */
export function reconciliationKey(mchid: string, day: string): string {
  return `reconciliation#${mchid}#${day}`
}

/** The key of the lease that lets one run of the reconciliation at a time call WeChat. */
export function reconcileTurnKey(mchid: string): string {
  return `turn#${mchid}#reconcile`
}

/** The key of the lease that lets one run of the sweep at a time call WeChat. */
export function sweepTurnKey(mchid: string): string {
  return `turn#${mchid}#sweep`
}

/** The key of the item that says which switches are on. */
export function switchesKey(mchid: string): string {
  return `${SWITCHES}#${mchid}`
}

/** The key of one change of a switch. */
export function switchChangeKey(mchid: string, id: string): string {
  return `${SWITCHES}#${mchid}#${id}`
}

/** The key of what counts the refunds of a merchant. */
export function refundCountKey(mchid: string): string {
  return `hour#${mchid}#refunds`
}

/** The key of one of the items that count its payments. */
export function paymentCountKey(mchid: string, shard: number): string {
  return `hour#${mchid}#payments#${shard}`
}

/** Takes the key of an order apart; undefined when it is none. */
export function parseOrderKey(
  text: string,
): { readonly mchid: string; readonly outTradeNo: string } | undefined {
  const [mchid = '', outTradeNo = '', ...more] = text.split('#')
  const another = mchid === '' || mchid === SWITCHES || outTradeNo === '' || more.length > 0
  return another ? undefined : { mchid, outTradeNo }
}

/** The account in the key of an order, or of what points to one. */
export function accountIn(key: string): string {
  const [first = '', second = ''] = key.split('#')
  return parseRefundPointerKey(key) === undefined ? first : second
}
