/** Days of bills: Beijing's, from midnight to midnight; a day's bill is there from ten o'clock of the next one on. */
import { ApiError, apiError } from './api-error.ts'
import { beijingTime } from './beijing-time.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** WeChat begins at nine: what happened later is in no bill of that day. */
const SNAPSHOT_HOUR = 9
const READY_HOUR = 10
const MONTHS_BACK = 3

export interface BillDay {
  /** `yyyy-MM-dd`. */
  readonly date: string
  /** Epoch ms of its first moment, and of the next day's. */
  readonly from: number
  readonly to: number
  /** When the states of refunds were looked at. */
  readonly snapshotAt: number
}

/** Reads `bill_date`. @throws ApiError `PARAM_ERROR` for a day that has no bill, `STATEMENT_CREATING` before ten. */
export function readBillDay(text: string | null, now: number): BillDay {
  if (text === null) throw wrong('缺少参数bill_date', text, 'required parameter is missing')
  const from = Date.parse(`${text}T00:00:00+08:00`)
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(from) || dateOf(from) !== text)
    throw wrong('账单日期格式错误', text, 'expected yyyy-MM-dd')
  if (from + DAY_MS > now) throw wrong('只能下载今天之前的账单', text, 'not before today')
  if (text < monthsBefore(now)) throw wrong('只能下载三个月内的账单', text, 'more than three months ago')
  if (now < from + DAY_MS + READY_HOUR * HOUR_MS) throw statementCreating()
  return { date: text, from, to: from + DAY_MS, snapshotAt: from + DAY_MS + SNAPSHOT_HOUR * HOUR_MS }
}

export function statementCreating(): ApiError {
  return apiError('STATEMENT_CREATING')
}

export function noStatement(): ApiError {
  return apiError('NO_STATEMENT_EXIST')
}

/** Date of a moment in Beijing. */
function dateOf(epochMs: number): string {
  return beijingTime(epochMs).slice(0, 10)
}

function monthsBefore(now: number): string {
  const [year = 0, month = 0, day = 0] = dateOf(now).split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 - MONTHS_BACK, day)).toISOString().slice(0, 10)
}

/** `yyyy-MM-dd HH:mm:ss`, as bills write times. */
export function billTime(epochMs: number): string {
  return beijingTime(epochMs).slice(0, 19).replace('T', ' ')
}

function wrong(message: string, value: string | null, issue: string): ApiError {
  return new ApiError(400, 'PARAM_ERROR', message, {
    detail: { field: 'bill_date', ...(value === null ? {} : { value }), issue, location: 'query' },
  })
}
