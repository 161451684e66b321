/**
 * WeChat adds states without notice. One that is not known here asserts nothing and is asked for again; but where its form
 * says an end, something may have happened to the money that nobody here understands: then a person has to look (docs/wire.md).
 */

/** What the states of WeChat look like; anything else could be anything, and is never repeated. */
const STATE_WORD = /^[A-Z][A-Z0-9_]{0,63}$/

/** Stands for a state that is no word. */
const NO_WORD = '?'

/** The words that a state of an end ends in, as they are, as participles, or joined to what they end. */
const END =
  /(?<!UN|NON|PRE)(?:SUCCESS|SUCCEED|PAID|COMPLETE|FINISH|DONE|SETTLE|CLOSE|CANCELL?|REVOKE|REVERSE|REFUND|RETURN|FAIL|FAILURE|ERROR|REJECT|REFUSE|DENIED|INVALID|EXPIRE|VOID|TERMINATE|ABORT|ARCHIVE|(?:^|_)END)(?:E?D)?$/
/** The words that say of an end that it is to come. */
const NOT_YET = /(?:^|_)(?:NOT_|NOTPA|WAIT|PEND|PRE_|TO_)/

interface Told {
  readonly state: string
  /** Only what has ended has one. */
  readonly success_time?: string | undefined
}

/** Whether the form of a state that is not known here says an end. */
export function looksFinal({ state, success_time }: Told): boolean {
  const word = state.trim().toUpperCase()
  return success_time !== undefined || (END.test(word) && !NOT_YET.test(word))
}

/** The state as it may be repeated. */
export function stateWord(state: string): string {
  return STATE_WORD.test(state) ? state : NO_WORD
}

export function isWord(state: string): boolean {
  return STATE_WORD.test(state)
}
