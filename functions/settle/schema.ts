/** The message on the fact queue: the key of a fact and nothing else. */
import * as v from 'valibot'
import { parseFactKey } from '#shared/facts/fact-key.ts'

const FactMessage = v.object({
  fact_key: v.pipe(
    v.string(),
    v.check((text) => parseFactKey(text).ok),
  ),
})

/** @returns the fact key, or undefined when the message is not ours. */
export function parseFactMessage(body: string): string | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), FactMessage), body)
  return parsed.success ? parsed.output.fact_key : undefined
}
