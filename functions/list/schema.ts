/** The query strings of `GET /v1/payments` and `GET /v1/refunds`. */
import * as v from 'valibot'
import { AnyText, ProviderNamed } from '#shared/api/request-fields.ts'
import { parseInput } from '#shared/api/field-problems.ts'
import { daysAfter, isDay } from '#shared/beijing-day.ts'
import { AppError } from '#shared/errors.ts'
import { HOLD_REASONS, REFUND_STATUSES } from '#shared/ledger/words.ts'
import type { HoldReason, RefundStatus } from '#shared/ledger/words.ts'
import { parsePlace } from './place.ts'
import type { Place } from './place.ts'

/** So many days at most, the first and the last included. */
const MOST_DAYS = 31
const MOST_ENTRIES = 50
const DEFAULT_ENTRIES = 20

/** `unpaid`: CREATED or AWAITING_PAYMENT. Those that were closed or rejected are in no index. */
const LIST_STATES = ['paid', 'unpaid', 'held'] as const

const DAY = 'must be a day of the calendar, as in 2026-01-31'
const LIMIT = `must be a whole number from 1 to ${MOST_ENTRIES}`
const NEXT = 'must be the next of an earlier answer to the same query'

const Day = v.pipe(AnyText, v.regex(/^\d{4}-\d{2}-\d{2}$/, DAY), v.check(isDay, DAY))
const page = {
  provider: ProviderNamed,
  from: v.optional(Day),
  to: v.optional(Day),
  limit: v.optional(v.pipe(AnyText, v.regex(/^(?:[1-9]|[1-4][0-9]|50)$/, LIMIT))),
  next: v.optional(v.pipe(AnyText, v.regex(/^[A-Za-z0-9_-]{1,120}$/, NEXT))),
}

export const PaymentListQuery = v.strictObject({
  state: v.optional(v.picklist(LIST_STATES, 'must be paid, unpaid or held')),
  hold: v.optional(v.picklist(HOLD_REASONS, `must be one of ${HOLD_REASONS.join(', ')}`)),
  ...page,
})
export const RefundListQuery = v.strictObject({
  status: v.optional(v.picklist(REFUND_STATUSES, `must be one of ${REFUND_STATUSES.join(', ')}`)),
  ...page,
})

interface Listing {
  readonly from: string
  readonly to: string
  readonly limit: number
  readonly place?: Place | undefined
}

export interface PaymentListing extends Listing {
  readonly state?: (typeof LIST_STATES)[number] | undefined
  readonly hold?: HoldReason | undefined
  /** Whether held orders are wanted of these days alone, and not of any. */
  readonly dated: boolean
}

export interface RefundListing extends Listing {
  readonly status?: RefundStatus | undefined
}

/** @param today in Beijing. @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parsePaymentListing(query: unknown, today: string): PaymentListing {
  const { state, hold, ...page } = parseInput(PaymentListQuery, query)
  if (hold !== undefined && state !== undefined && state !== 'held')
    refuse('hold', 'goes with state=held or without a state', hold)
  const held = state === 'held' || hold !== undefined
  const listing = listingOf(page, { today, held })
  const dated = page.from !== undefined || page.to !== undefined
  return { ...listing, state: held ? 'held' : state, hold, dated }
}

/** @param today in Beijing. @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseRefundListing(query: unknown, today: string): RefundListing {
  const { status, ...page } = parseInput(RefundListQuery, query)
  return { ...listingOf(page, { today, held: false }), status }
}

type Page = Omit<v.InferOutput<typeof RefundListQuery>, 'status'>

function listingOf(
  { from, to, limit, next }: Page,
  { today, held }: { today: string; held: boolean },
): Listing {
  const last = to ?? today
  const first = from ?? daysAfter(last, -1)
  if (first > last) refuse('from', 'must not be after to, which is today where it is not given', first)
  if (daysAfter(first, MOST_DAYS - 1) < last)
    refuse('from', `must be within ${MOST_DAYS} days before to`, first)
  const place = next === undefined ? undefined : parsePlace(next)
  const fits = held ? place?.in === 'held' : place !== undefined && place.in >= first && place.in <= last
  if (next !== undefined && !fits) refuse('next', NEXT, next)
  return { from: first, to: last, limit: limit === undefined ? DEFAULT_ENTRIES : Number(limit), place }
}

function refuse(field: string, rule: string, received: string): never {
  throw new AppError('invalid_request', `${field} ${rule}`, {
    fields: [{ field, rule, received: `string of ${received.length} characters` }],
  })
}
