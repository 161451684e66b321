/** How many functions an account may run at once, beside what a stage is made for. */
import { type Check, ok, warn } from '#cli/stack/check.ts'
import type { FunctionLimits } from './account.ts'

const NAME = 'concurrency'
/** Lambda's usual limit of an account. */
const USUAL = 1000
const ASK_FOR_MORE = `ask for ${USUAL} (Service Quotas, AWS Lambda, Concurrent executions)`

/** @param madeFor `accountConcurrency` of the stage, where it is deployed. */
export function concurrencyCheck(
  { concurrent, unreserved }: FunctionLimits,
  madeFor: number | undefined,
): Check {
  const has = `the account may run ${concurrent} functions at once, ${unreserved} of them not reserved`
  if (concurrent >= (madeFor ?? USUAL)) {
    return ok(NAME, madeFor === undefined ? has : `${has}; the stage is made for ${madeFor}`)
  }
  return warn(
    NAME,
    madeFor === undefined
      ? `${has}, everything in it together`
      : `${has}, and the stage is made for ${madeFor}`,
    `${ASK_FOR_MORE}; until you have it, set accountConcurrency: ${concurrent} in the stage${madeFor === undefined ? '' : ' and deploy'}`,
  )
}
