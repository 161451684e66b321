/** Lines of Alipay's wire, in the form of the log that people watch. */
import type { Unnumbered } from '../wire-line.ts'
import { HOST_NOT_ALLOWED } from '../notifier.ts'
import { GATEWAY_PATH } from './gateway-server.ts'
import type { AlipayRequest } from './gateway-server.ts'
import type { AlipayAttempt, AlipayDelivery } from './notifier.ts'

/** A call that is over. */
export function lineOfCall(request: AlipayRequest): Unnumbered {
  const { at, method, duration_ms, code, sub_code, message, out_trade_no, out_request_no, faults } = request
  return {
    at,
    direction: 'in',
    method: 'POST',
    url: `${GATEWAY_PATH} ${method}`,
    status: code === undefined ? null : 200,
    duration_ms,
    verdict: code === undefined ? 'no_answer' : sub_code === undefined ? 'ok' : 'refused',
    // Behind the colon of a wrong signature stands all that was signed.
    ...(message === undefined ? {} : { reason: message.split(':')[0] ?? message }),
    ...(sub_code === undefined ? {} : { code: sub_code }),
    ...numbers(out_trade_no, out_request_no),
    faults,
  }
}

/** An attempt to notify that is over. */
export function lineOfDelivery(
  { url, trade_status: event_type, out_trade_no, out_request_no }: AlipayDelivery,
  attempt: AlipayAttempt,
): Unnumbered {
  const { at, duration_ms, status = null, error, taken, faults } = attempt
  const reason = taken
    ? undefined
    : error === HOST_NOT_ALLOWED
      ? `not sent: ${new URL(url).hostname} is not this machine; --allow-notify-host ${new URL(url).hostname} allows it`
      : (error ?? `the merchant answered ${status}; Alipay takes 200 with success, to the letter`)
  return {
    at,
    direction: 'out',
    method: 'POST',
    url,
    status,
    duration_ms,
    verdict: taken
      ? 'ok'
      : error === HOST_NOT_ALLOWED
        ? 'not_sent'
        : status === null
          ? 'no_answer'
          : 'refused',
    ...(reason === undefined ? {} : { reason }),
    event_type,
    ...numbers(out_trade_no, out_request_no),
    faults,
  }
}

function numbers(out_trade_no: string | undefined, out_refund_no: string | undefined) {
  return {
    ...(out_trade_no === undefined ? {} : { out_trade_no }),
    ...(out_refund_no === undefined ? {} : { out_refund_no }),
  }
}
