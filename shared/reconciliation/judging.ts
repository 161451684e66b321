/** Judges differences a few at a time and gathers what becomes of them; stops when the time is over or WeChat does not answer. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { Finding } from './finding.ts'
import { MOST_LISTED } from './report.ts'

const AT_ONCE = 8
/** After so many questions without an answer no more are asked. */
const MOST_FAILURES = 32

export interface Judging {
  readonly findings: readonly Finding[]
  readonly unlisted: number
  /** Whether something is left to be judged. */
  readonly isStopped: boolean
  add(finding: Finding): void
  /**
   * Judges one after the other, some side by side.
   *
   * @returns the first that is left to be judged.
   */
  judge<Matter>(matters: Matters<Matter>, verdicts: Verdicts<Matter>): Promise<Matter | undefined>
}

type Matters<Matter> = Iterable<Matter> | AsyncIterable<Matter>

interface Verdicts<Matter> {
  /** Matters of one order are judged one after the other: a refund builds upon its payment. */
  readonly lane: (matter: Matter) => string
  /** Adds what it finds. */
  readonly verdict: (matter: Matter) => Promise<void>
  /** What is found of a matter as long as WeChat does not answer. */
  readonly failed: (matter: Matter) => Finding | undefined
}

export function createJudging(isOver: () => boolean): Judging {
  const findings: Finding[] = []
  let [unlisted, failures, isStopped] = [0, 0, false]

  function add(finding: Finding): void {
    if (findings.length < MOST_LISTED) findings.push(finding)
    else unlisted += 1
  }

  /** @returns what WeChat did not answer about. */
  async function inTurn<Matter>(
    matters: readonly Matter[],
    verdict: Verdicts<Matter>['verdict'],
  ): Promise<readonly Matter[]> {
    const open: Matter[] = []
    for (const matter of matters) if (await fails(() => verdict(matter))) open.push(matter)
    return open
  }

  /** @returns whether WeChat did not answer. @throws whatever else went wrong */
  async function fails(verdict: () => Promise<void>): Promise<boolean> {
    try {
      await verdict()
      return false
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      failures += 1
      isStopped = true
      return true
    }
  }

  return {
    get findings() {
      return findings
    },
    get unlisted() {
      return unlisted
    },
    get isStopped() {
      return isStopped
    },
    add,
    async judge<Matter>(matters: Matters<Matter>, { lane, verdict, failed }: Verdicts<Matter>) {
      let first: Matter | undefined
      for await (const slice of inSlices(matters)) {
        const [next] = slice
        if (isOver() || failures >= MOST_FAILURES) {
          isStopped = true
          return first ?? next
        }
        const lanes = [...Map.groupBy(slice, lane).values()]
        const open = (await Promise.all(lanes.map((matters) => inTurn(matters, verdict)))).flat()
        for (const finding of open.map(failed)) if (finding !== undefined) add(finding)
        // Those behind it are judged all the same; the next run begins here.
        first ??= slice.find((matter) => open.includes(matter))
      }
      return first
    },
  }
}

async function* inSlices<Matter>(matters: Matters<Matter>): AsyncGenerator<readonly Matter[], void> {
  let slice: Matter[] = []
  for await (const matter of matters) {
    slice.push(matter)
    if (slice.length < AT_ONCE) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}
