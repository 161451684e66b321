/**
 * Which refunds wait for a person. Rules of a stage: checked at synth, and by the same schema again where they are used. A
 * stage without rules has none that wait.
 */
import * as v from 'valibot'
import { lazy } from './lazy.ts'

const wholeNumber = (from: number, to: number) => {
  const rule = `must be a whole number from ${from} to ${to}`
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(from, rule), v.maxValue(to, rule))
}

/** Far above any order, and exact as a number. */
const fenAmount = () => wholeNumber(0, 100_000_000_000)
const DAY_MINUTES = 1440

/** Made where rules are read; most functions have none. */
export const refundRulesSchema = lazy(() =>
  v.pipe(
    v.strictObject({
      /** A refund of more fen than this. */
      singleAbove: v.optional(fenAmount()),
      /** A refund with which those of the last hour come to more fen than this, over the whole merchant. */
      hourlyAbove: v.optional(fenAmount()),
      /** A refund with which those of the last hour are more than so many. */
      hourlyCount: v.optional(wholeNumber(1, 1_000_000)),
      /** A refund with which those of the last hour are more than so many percent of the payments of the last hour. */
      hourlyPercent: v.optional(wholeNumber(1, 1000)),
      /** Of fewer refunds in an hour `hourlyPercent` says nothing. @default 10 */
      hourlyPercentFrom: v.optional(wholeNumber(1, 1_000_000), 10),
      /** A refund with which the order has more than so many. */
      perOrder: v.optional(wholeNumber(1, 50)),
      /** So many people with different names have to approve. @default 1 */
      approvals: v.optional(v.picklist([1, 2], 'must be 1 or 2'), 1),
      /** Minutes after which a second alarm tells of a refund that nobody has decided on. @default 30 */
      remindMinutes: v.optional(wholeNumber(5, DAY_MINUTES), 30),
      /** Minutes after which all refunds are paused because of it. @default 120 */
      pauseMinutes: v.optional(wholeNumber(5, 7 * DAY_MINUTES), 120),
    }),
    v.forward(
      v.check(
        ({ remindMinutes, pauseMinutes }) => pauseMinutes > remindMinutes,
        'must be more than remindMinutes',
      ),
      ['pauseMinutes'],
    ),
  ),
)

export type RefundRules = v.InferOutput<ReturnType<typeof refundRulesSchema>>

/** The rules by the names of their settings. */
export const RULE_NAMES = ['singleAbove', 'hourlyAbove', 'hourlyCount', 'hourlyPercent', 'perOrder'] as const
export type RuleName = (typeof RULE_NAMES)[number]

/** Reads the rules as a variable of the environment carries them. @returns undefined when they are not valid */
export function parseRefundRules(json: string): RefundRules | undefined {
  try {
    const parsed = v.safeParse(refundRulesSchema(), JSON.parse(json))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

/** Whether the refunds of an hour have to be counted. */
export function countsRefunds({ hourlyAbove, hourlyCount, hourlyPercent }: RefundRules): boolean {
  return hourlyAbove !== undefined || hourlyCount !== undefined || hourlyPercent !== undefined
}
