/** When Alipay sends a notification again that was not answered `success`. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The waits before each repetition, eight deliveries in all (opendocs.alipay.com, 异步通知: 4m, 10m, 10m, 1h, 2h, 6h, 15h). */
export const ALIPAY_RETRY_DELAYS_MS: readonly number[] = [
  4 * MINUTE,
  10 * MINUTE,
  10 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  15 * HOUR,
]
