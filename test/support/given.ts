/** Asks for what is made once for all test files: `made-once.ts`. */
import { inject } from 'vitest'
import type { Made } from './made-once.ts'

/** @throws Error with the reason why nothing could be made. */
export async function given(what: Made): Promise<unknown> {
  const answer = await fetch(`${inject('madeOnce')}/${what}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return JSON.parse(text)
}
