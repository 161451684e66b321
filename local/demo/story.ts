/** Tells the demo as it happens: numbered steps with timings, each made of expectations that are checked and shown. */
import { isDeepStrictEqual } from 'node:util'

/** What did not hold; the demo ends with it. */
export class BrokenExpectation extends Error {
  override readonly name = 'BrokenExpectation'
}

export interface Story {
  /** Runs a step and prints it with its time. */
  step<Result>(title: string, work: (expect: Expect) => Promise<Result>): Promise<Result>
  /** Expectations that held so far. */
  readonly held: number
}

export interface Expect {
  /** Checks that two values are equal. */
  equal(what: string, actual: unknown, expected: unknown): void
  /** Checks that something is true. */
  that(what: string, holds: boolean): void
}

/** @param print takes one line without its newline. */
export function createStory(print: (line: string) => void): Story {
  let number = 0
  let held = 0
  const expectIn = (title: string, lines: string[]): Expect => {
    const hold = (what: string, holds: boolean, but: string) => {
      if (!holds) throw new BrokenExpectation(`${title}: ${what}${but}`)
      held += 1
      lines.push(what)
    }
    return {
      equal: (what, actual, expected) =>
        hold(
          what,
          isDeepStrictEqual(actual, expected),
          `: expected ${show(expected)}, found ${show(actual)}`,
        ),
      that: (what, holds) => hold(what, holds, ''),
    }
  }
  return {
    async step(title, work) {
      number += 1
      const lines: string[] = []
      const started = performance.now()
      const result = await work(expectIn(title, lines))
      print(`${String(number).padStart(2)}. ${title}  (${Math.round(performance.now() - started)} ms)`)
      for (const line of lines) print(`      ✓ ${line}`)
      return result
    },
    get held() {
      return held
    },
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
