/**
 * The times that hold one another. What others decide stands here once, as a number; what follows from it for us is reckoned
 * from it, so that no limit can be moved past the one that it has to stay below.
 */
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** What a function keeps of its time before Lambda ends it, so that its answer and its log line still get out. */
export const HTTP_RESERVE_MS = 500
export const BACKGROUND_RESERVE_MS = SECOND_MS
/** API Gateway waits no longer for a function. */
export const API_GATEWAY_WAIT_MS = 30 * SECOND_MS
/** Lambda ends a function before that, and the function itself answers early enough for a cold start to come on top. */
export const API_TIMEOUT_MS = API_GATEWAY_WAIT_MS - SECOND_MS
export const API_DEADLINE_MS = API_GATEWAY_WAIT_MS - 5 * SECOND_MS
/** By now a request has ended, whatever became of it: what it left open may be taken up by others. */
export const REQUEST_OVER_MS = 2 * API_GATEWAY_WAIT_MS

/** WeChat waits no longer for the answer to a notification; then it counts as lost and comes again. */
export const WECHAT_WAIT_MS = 5 * SECOND_MS
/** Leaves the way there and back. */
export const NOTIFY_DEADLINE_MS = WECHAT_WAIT_MS - 1.5 * SECOND_MS
/** A channel may be asked so long for what a notification only names; the rest is for what is stored. */
export const NOTIFY_ASK_MS = NOTIFY_DEADLINE_MS / 2
/** Only a function that hangs meets it: far behind its own deadline. */
export const NOTIFY_TIMEOUT_MS = 2 * WECHAT_WAIT_MS

/** One call of AWS in all its attempts, the pauses between them included, fits into the time of notify. */
export const AWS_CALL_MS = NOTIFY_DEADLINE_MS - HTTP_RESERVE_MS
export const AWS_ATTEMPTS = 3
const AWS_FIRST_PAUSE_MS = 100
/** The most that is waited after a failed attempt, 1 for the first. */
export function longestAwsPause(attempt: number): number {
  return AWS_FIRST_PAUSE_MS * 2 ** (attempt - 1)
}
/** The first pause, then twice as long each time. */
const AWS_PAUSES_MS = AWS_FIRST_PAUSE_MS * (2 ** (AWS_ATTEMPTS - 1) - 1)
export const AWS_ATTEMPT_MS = (AWS_CALL_MS - AWS_PAUSES_MS) / AWS_ATTEMPTS
/** The system repeats a lost request for a connection after a second: another attempt is there sooner. */
export const AWS_CONNECT_MS = SECOND_MS / 2
/** A report of some megabytes takes longer than an item; only what has minutes writes one. */
export const OBJECT_ATTEMPT_MS = 10 * SECOND_MS
/** What lies idle for long may be closed at the other end without anybody here being told. */
export const AWS_IDLE_MS = 9 * SECOND_MS

/** The most that an invocation keeps to record what became unknown, after it stopped calling others: it reads and writes. */
export const WIND_UP_MS = 2 * AWS_CALL_MS + SECOND_MS / 5

/** EventBridge has no shorter interval. */
export const SWEEP_INTERVAL_MS = MINUTE_MS
/** A run ends before the next one begins. It is as long as it may keep an order for itself: its claim ends with it. */
export const SWEEP_TIMEOUT_MS = SWEEP_INTERVAL_MS - 5 * SECOND_MS

/** A stage may have the first look at an unpaid order no later. */
export const MOST_FIRST_LOOK_SECONDS = 300

export const ROTATION_INTERVAL_MS = 6 * 60 * MINUTE_MS

/** The longest that Lambda runs. */
export const RECONCILE_TIMEOUT_MS = 15 * MINUTE_MS
/** Of that a day may be compared for, and then judged for; the rest is for its report. */
export const RECONCILE_COMPARE_MS = RECONCILE_TIMEOUT_MS / 2
export const RECONCILE_JUDGE_MS = RECONCILE_TIMEOUT_MS - 2 * MINUTE_MS
/** WeChat makes its bills from nine o'clock of the next day on, and advises to come after ten (doc merchant/4013071235). */
export const BILL_READY_MS = 10.5 * 60 * MINUTE_MS

/** A version of notify that starts cold and then takes all its time. */
export const RELEASE_CALL_MS = 2 * NOTIFY_TIMEOUT_MS
/** The check makes two such calls, one after the other, and has the time of a third for itself. */
export const RELEASE_CHECK_TIMEOUT_MS = 3 * RELEASE_CALL_MS
