/** Which colour goes with which state. */
import type { DayRow, HealthCheck, NotificationRow } from '#console/contract-watch.ts'
import type { Order, Refund } from '#client/contract/answers.ts'
import type { Tone } from './basics.tsx'

export const ORDER_TONE: Readonly<Record<Order['status'], Tone>> = {
  CREATED: 'busy',
  AWAITING_PAYMENT: 'busy',
  PAID: 'good',
  CLOSED: 'calm',
  REJECTED: 'calm',
  UNRECOGNIZED: 'warn',
}

export const REFUND_TONE: Readonly<Record<Refund['status'], Tone>> = {
  REQUESTED: 'busy',
  UNKNOWN: 'warn',
  FAILED: 'bad',
  PROCESSING: 'busy',
  ABNORMAL: 'bad',
  CLOSED: 'calm',
  SUCCESS: 'good',
}

export const OUTCOME_TONE: Readonly<Record<NotificationRow['outcome'], Tone>> = {
  received: 'good',
  refused: 'bad',
  unanswered: 'warn',
}

export const VERDICT_TONE: Readonly<Record<DayRow['verdict'], Tone>> = {
  clean: 'good',
  attention: 'warn',
  running: 'busy',
  failed: 'bad',
  missing: 'calm',
}

export const LEVEL_TONE: Readonly<Record<HealthCheck['level'], Tone>> = {
  ok: 'good',
  warn: 'warn',
  fail: 'bad',
}
