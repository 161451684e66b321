/** Turns what Alipay signed into what was asked for. What does not fit is `invalid_answer`: the outcome is unknown. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import { parseJson } from '#shared/wire-rules.ts'
import type { Rule } from '#shared/wire-rules.ts'

/** @throws ChannelError `invalid_answer` naming the field, never its value. */
export function readAnswer<T>(content: Buffer, rule: Rule<T>): T {
  const parsed = parseJson(rule, content)
  if (!parsed.ok) throw invalidAnswer(`its ${parsed.field} is not as documented`)
  return parsed.value
}

/** Makes sure that an answer is about what was asked. @throws ChannelError `invalid_answer` */
export function requireEqual(field: string, expected: string, told: string): void {
  if (expected !== told) throw invalidAnswer(`it is about another ${field}`)
}

function invalidAnswer(what: string): ChannelError {
  return new ChannelError('invalid_answer', `the verified answer cannot be used: ${what}`, {
    certain: false,
    httpStatus: 200,
  })
}
