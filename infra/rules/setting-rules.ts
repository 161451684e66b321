/** The kinds of values that settings have, each with the sentence that says what is wrong with another. */
import { Token } from 'aws-cdk-lib'
import * as v from 'valibot'

export const STAGE_NAME = /^[a-z][a-z0-9-]{0,19}$/
export const STAGE_NAME_RULE = 'must be 1 to 20 of a-z, 0-9 and -, a letter first'

export const text = (rule: string, pattern: RegExp) => v.pipe(v.string(rule), v.regex(pattern, rule))

/** Names something that the same app may make: then it is known at deployment only. */
export const textOrToken = (rule: string, pattern: RegExp) =>
  v.pipe(
    v.string(rule),
    v.check((given) => Token.isUnresolved(given) || pattern.test(given), rule),
  )

export const whole = (from: number, to: number) => {
  const rule = `must be a whole number from ${from} to ${to}`
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(from, rule), v.maxValue(to, rule))
}

export const flag = v.boolean('must be true or false')

/** Text without a problem, by the rule that the functions hold it to as well. */
export const address = (problemOf: (url: string) => string | undefined) =>
  v.pipe(
    v.string('must be an https URL'),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? problemOf(dataset.value) : undefined
      if (message !== undefined) addIssue({ message })
    }),
  )

/** What is there already: its ARN, all of it. */
export const arnOf = (what: string, rest: RegExp) =>
  v.optional(text(`must be the ARN of ${what}`, new RegExp(`^arn:aws(?:-cn)?:${rest.source}$`)))

export const secretArn = arnOf(
  'a secret, with the six characters at its end',
  /secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}/,
)
