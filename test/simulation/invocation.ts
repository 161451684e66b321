/** Lambda invocations and their port calls. Every call is a scheduling point; an invocation that died never goes on. */
import { crashes, takesEffect } from './faults.ts'
import type { Fault, FaultPlan } from './faults.ts'
import type { Scheduler } from './scheduler.ts'

export interface Invocation {
  readonly name: string
  /** Lambda kills it then. Epoch ms. */
  readonly deadline: number
  dead: boolean
}

export type Ended<Result> =
  | { readonly kind: 'returned'; readonly value: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'crashed' }

export interface Point {
  /** As in `facts.put ORDER-0001`. */
  readonly label: string
  /** What can go wrong here; none where that would be the same as at another call. */
  readonly faults: readonly Fault[]
  /** The error that the caller sees. */
  readonly error: (fault: Fault) => Error
  /** From the effect to the answer. */
  readonly answerMs?: number
  /** Who calls waits no longer than that for an answer that stalls. */
  readonly limitMs?: number
}

export interface RuntimeOptions {
  readonly scheduler: Scheduler
  readonly plan: FaultPlan
  /** From the call to its effect, ms. */
  readonly latency: () => number
  readonly trace: ((line: string) => void) | undefined
  /** Whether a call that fails is one whose answer stalls: then its error is late. */
  readonly stalls?: boolean
  /** An invocation is not over by its time-out. */
  readonly overdue?: (name: string) => void
}

export interface Runtime {
  invoke<Result>(
    name: string,
    timeoutMs: number,
    work: (invocation: Invocation) => Promise<Result>,
  ): Promise<Ended<Result>>
  call<Result>(invocation: Invocation, point: Point, effect: () => Promise<Result>): Promise<Result>
  pause(invocation: Invocation, milliseconds: number): Promise<void>
  /** A fault of the network between others and us. */
  readonly strike: (label: string, faults: readonly Fault[]) => Fault | undefined
  /** The faults that each call could have had, by its number. */
  readonly points: ReadonlyArray<readonly Fault[]>
  readonly struck: number
}

/** The pause of an SDK before it repeats a request; others are at work meanwhile. */
const REPEAT_AFTER_MS = 100

export function createRuntime({
  scheduler,
  plan,
  latency,
  trace,
  stalls = false,
  overdue = () => {},
}: RuntimeOptions): Runtime {
  const points: Array<readonly Fault[]> = []
  const enders = new WeakMap<Invocation, () => void>()
  let struck = 0
  let invocations = 0

  const strike = (label: string, faults: readonly Fault[]) => {
    const index = points.length
    if (faults.length > 0) points.push(faults)
    const fault = faults.length === 0 ? undefined : plan.decide({ index, faults, now: scheduler.now() })
    if (fault !== undefined) struck += 1
    trace?.(
      `${time(scheduler.now())} ${faults.length === 0 ? '' : `#${index} `.padEnd(6)}${label}${fault === undefined ? '' : ` -> ${fault}`}`,
    )
    return fault
  }

  const kill = (invocation: Invocation) => {
    if (invocation.dead) return
    trace?.(`${time(scheduler.now())} ${invocation.name} died`)
    Object.assign(invocation, { dead: true })
    enders.get(invocation)?.()
  }

  /** Goes on at a time, unless the invocation is dead by then. */
  const resume = (invocation: Invocation, delayMs: number, go: () => void) => {
    const at = scheduler.now() + delayMs
    if (at > invocation.deadline)
      scheduler.at(invocation.deadline, () => {
        if (!invocation.dead) overdue(invocation.name)
        kill(invocation)
      })
    else scheduler.at(at, () => void (invocation.dead || go()))
  }

  const again = <Result>(invocation: Invocation, effect: () => Promise<Result>): Promise<Result> =>
    effect()
      .catch(() => {})
      .then(() => new Promise<void>((resolve) => resume(invocation, REPEAT_AFTER_MS, resolve)))
      .then(effect)

  return {
    points,
    strike,
    get struck() {
      return struck
    },
    invoke(name, timeoutMs, work) {
      invocations += 1
      const invocation = {
        name: `${name}-${invocations}`,
        deadline: scheduler.now() + timeoutMs,
        dead: false,
      }
      return new Promise((resolve) => {
        enders.set(invocation, () => resolve({ kind: 'crashed' }))
        work(invocation).then(
          (value) => void (invocation.dead || resolve({ kind: 'returned', value })),
          (error: unknown) => void (invocation.dead || resolve({ kind: 'failed', error })),
        )
      })
    },
    call: (invocation, { label, faults, error, answerMs = 0, limitMs = 0 }, effect) =>
      new Promise((resolve, reject) => {
        resume(invocation, latency(), () => {
          const fault = strike(`${invocation.name} ${label}`, faults)
          const wait = stalls && !isHeard(fault) ? limitMs : answerMs
          const answer = (go: () => void) => (wait === 0 ? go() : resume(invocation, wait, go))
          if (!takesEffect(fault)) {
            if (crashes(fault)) kill(invocation)
            else answer(() => reject(error(fault!)))
            return
          }
          // Whatever came of the first time, its answer is lost: only the second one counts.
          const done = fault === 'repeated' ? again(invocation, effect) : effect()
          done.then(
            (result) => {
              if (crashes(fault)) kill(invocation)
              else answer(() => (isHeard(fault) ? resolve(result) : reject(error(fault))))
            },
            // The other side refused: its answer, unless that is lost.
            (refusal: unknown) => {
              if (crashes(fault)) kill(invocation)
              else answer(() => reject(isHeard(fault) ? (refusal as Error) : error(fault)))
            },
          )
        })
      }),
    pause: (invocation, milliseconds) => new Promise((resolve) => resume(invocation, milliseconds, resolve)),
  }
}

function isHeard(fault: Fault | undefined): fault is 'repeated' | undefined {
  return fault === undefined || fault === 'repeated'
}

function time(now: number): string {
  return new Date(now).toISOString().slice(8, -1)
}
