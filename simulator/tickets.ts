/** What a prepay answers and a payer holds: a prepay_id, a code or a link, each open for a while. */
import { ControlError } from './control-error.ts'
import type { Ledger, Ticket } from './ledger.ts'
import type { Moment } from './moment.ts'
import type { PaymentMethod } from './request-schemas.ts'

const MINUTE_MS = 60_000
/** prepay_id and code_url open for 2 hours, an h5_url for 5 minutes, whatever time_expire says. */
const TICKET_MS = { prepay_id: 120 * MINUTE_MS, code_url: 120 * MINUTE_MS, h5_url: 5 * MINUTE_MS } as const

/** Issues a ticket. @returns the answer to the prepay. */
export function issueTicket(
  ledger: Ledger,
  { method, number, isCombined }: Pick<Ticket, 'number' | 'isCombined'> & { readonly method: PaymentMethod },
  { now, ids }: Moment,
): Record<string, string> {
  const kind = method === 'native' ? 'code_url' : method === 'h5' ? 'h5_url' : 'prepay_id'
  const prepayId = ids.prepayId(now)
  const ticket = {
    prepay_id: prepayId,
    code_url: `weixin://wxpay/bizpayurl?pr=${ids.text(9)}zz`,
    h5_url: `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepayId}&package=${ids.text(10)}`,
  }[kind]
  ledger.tickets.set(ticket, { number, isCombined, kind, validUntil: now + TICKET_MS[kind] })
  return { [kind]: ticket }
}

/** Opens what a payer scans, taps or is handed. @throws ControlError when WeChat would show an error instead. */
export function openTicket(ledger: Ledger, ticket: string, now: number): Ticket {
  // A merchant may append a redirect_url to an h5_url.
  const found = ledger.tickets.get(ticket) ?? ledger.tickets.get(ticket.replace(/&redirect_url=.*$/, ''))
  if (found === undefined)
    throw new ControlError(404, 'no_such_ticket', 'no prepay answered this code, link or prepay_id')
  if (now > found.validUntil)
    throw new ControlError(409, 'ticket_expired', `this ${found.kind} is no longer valid; call prepay again`)
  return found
}

/** The newest code_url of each order that has one. */
export function codesToPay(ledger: Ledger): ReadonlyMap<string, string> {
  const codes = [...ledger.tickets].filter(([, { kind, isCombined }]) => kind === 'code_url' && !isCombined)
  return new Map(codes.map(([code, { number }]) => [number, code]))
}
