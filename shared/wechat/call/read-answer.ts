/** Turns a verified answer into what was asked for. What does not fit is `invalid_answer`: the outcome is unknown. */
import type { VerifiedAnswer } from './attempt.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { anything, parseJson } from '#shared/wire-rules.ts'
import type { Parsed } from '#shared/wire-rules.ts'

/** Parses the body. @throws ChannelError `invalid_answer` naming the field, never its value. */
export function readAnswer<T>(answer: VerifiedAnswer, parse: (json: unknown) => Parsed<T>): T {
  const json = parseJson(anything, answer.body)
  const parsed = json.ok ? parse(json.value) : json
  if (!parsed.ok) throw invalidAnswer(answer, `its ${parsed.field} is not as documented`)
  return parsed.value
}

interface Comparison {
  readonly field: string
  readonly expected: string | undefined
  readonly actual: string | undefined
}

/** Makes sure that the answer is about what was asked. @throws ChannelError `invalid_answer` */
export function requireEqual(answer: VerifiedAnswer, { field, expected, actual }: Comparison): void {
  if (expected !== actual) throw invalidAnswer(answer, `it is about another ${field}`)
}

/** The error for a verified answer that cannot be used. */
export function invalidAnswer({ status, requestId }: VerifiedAnswer, what: string): ChannelError {
  return new ChannelError('invalid_answer', `the verified answer cannot be used: ${what}`, {
    certain: false,
    httpStatus: status,
    requestId,
  })
}
