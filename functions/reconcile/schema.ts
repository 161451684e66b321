/** What starts a run: the clock, whose event says nothing about a day, or a person who names one. */
import * as v from 'valibot'
import { beijingDay, daysAfter, isDay } from '#shared/beijing-day.ts'
import { parseInput } from '#shared/api/field-problems.ts'
import { ProviderNamed } from '#shared/api/request-fields.ts'
import type { Provider } from '#shared/providers.ts'
import { AppError } from '#shared/errors.ts'

/** WeChat keeps bills for three months. */
const DAYS_KEPT = 90

const ByHand = v.object({ day: v.unknown() })
const Named = v.object({ day: v.unknown(), provider: ProviderNamed })

/** @returns undefined for the clock. @throws AppError `invalid_request` */
export function askedByHand(event: unknown): { readonly provider?: Provider | undefined } | undefined {
  return v.is(ByHand, event) ? parseInput(Named, event) : undefined
}

/**
 * @param now epoch ms.
 * @returns undefined for the clock.
 * @throws AppError `invalid_request` for what is no day, or none that WeChat has bills of.
 */
export function dayAsked(event: unknown, now: number): string | undefined {
  if (!v.is(ByHand, event)) return undefined
  const { day } = event
  if (typeof day !== 'string' || !isDay(day))
    throw new AppError('invalid_request', 'day must be a day of the calendar, as in 2026-11-24')
  const today = beijingDay(now)
  if (day > today || day < daysAfter(today, -DAYS_KEPT))
    throw new AppError('invalid_request', `day must be one of the last ${DAYS_KEPT} days of Beijing`)
  return day
}
