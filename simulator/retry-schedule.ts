/** When WeChat sends a notification again that was not acknowledged: not every kind of them alike. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Payments, refunds and all that has no plan of its own: 15 retries over 24 h 4 m (doc merchant/4012791861). */
export const RETRY_DELAYS_MS: readonly number[] = [
  15 * SECOND,
  15 * SECOND,
  30 * SECOND,
  3 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  30 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
  3 * HOUR,
  3 * HOUR,
  3 * HOUR,
  6 * HOUR,
  6 * HOUR,
]

const times = (count: number, delay: number): readonly number[] => Array.from({ length: count }, () => delay)

/** Complaints: each minute ten times, then each five minutes, for two hours (complaint-notifications, 2024-12). */
const COMPLAINT_DELAYS_MS = [...times(10, MINUTE), ...times(22, 5 * MINUTE)]

/** Contracts of platforms: 30 tries, first close together (doc partner/4012881605). */
const ENTRUST_DELAYS_MS = [...times(3, 10 * SECOND), ...times(3, 30 * SECOND), ...times(23, 300 * SECOND)]

/** The waits before each retry of a kind of notification. */
export function retryDelays(eventType: string): readonly number[] {
  if (eventType.startsWith('COMPLAINT.')) return COMPLAINT_DELAYS_MS
  return eventType.startsWith('ECOMMERCE_ENTRUST.') ? ENTRUST_DELAYS_MS : RETRY_DELAYS_MS
}
