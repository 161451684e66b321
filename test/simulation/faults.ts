/** What can go wrong at a port call, and the plans that decide where it does. */
import type { Prng } from './prng.ts'

/**
 * `fail-before`: an error, and nothing happened. `fail-after`: it happened, and the caller gets an error (its answer was
 * lost). `crash-before`, `crash-after`: the invocation dies. `repeated`: it happened, the answer was lost, and the SDK did it
 * again. The others are WeChat's own ways to fail.
 */
export type Fault =
  | 'fail-before'
  | 'fail-after'
  | 'crash-before'
  | 'crash-after'
  | 'repeated'
  | 'not-sent'
  | 'server-error'
  | 'rate-limited'
  | 'rate-limited-after'
  | 'unverifiable'

/** Before and after cannot be told apart where nothing changes. */
export const READ_FAULTS: readonly Fault[] = ['fail-before', 'crash-before']
export const WRITE_FAULTS: readonly Fault[] = ['fail-before', 'fail-after', 'crash-before', 'crash-after']
/** DynamoDB's client repeats what was not answered. */
export const REPEATED_WRITE_FAULTS: readonly Fault[] = [...WRITE_FAULTS, 'repeated']
/** The way to or from us: the request is lost, or its answer. */
export const DELIVERY_FAULTS: readonly Fault[] = ['fail-before', 'fail-after']
export const LOST_FAULTS: readonly Fault[] = ['fail-before']
export const WECHAT_READ_FAULTS: readonly Fault[] = [
  ...READ_FAULTS,
  'rate-limited',
  'unverifiable',
  'server-error',
  'not-sent',
]
export const WECHAT_WRITE_FAULTS: readonly Fault[] = [
  ...WRITE_FAULTS,
  'rate-limited',
  'rate-limited-after',
  'unverifiable',
  'server-error',
  'not-sent',
]

const AFTER: ReadonlySet<Fault> = new Set([
  'fail-after',
  'crash-after',
  'repeated',
  'rate-limited-after',
  'unverifiable',
])

/** Whether the effect takes place in spite of the fault. */
export function takesEffect(fault: Fault | undefined): boolean {
  return fault === undefined || AFTER.has(fault)
}

export function crashes(fault: Fault | undefined): boolean {
  return fault === 'crash-before' || fault === 'crash-after'
}

/** Decides about each port call, in the order in which they take effect. */
export interface FaultPlan {
  decide(call: {
    readonly index: number
    readonly faults: readonly Fault[]
    readonly now: number
  }): Fault | undefined
}

/** The fault of some calls by their number; of two it is the pair. */
export type Placed = readonly (readonly [index: number, fault: Fault])[]

export function placedFaults(placed: Placed): FaultPlan {
  return {
    decide: ({ index, faults }) => {
      const fault = placed.find(([at]) => at === index)?.[1]
      return fault !== undefined && faults.includes(fault) ? fault : undefined
    },
  }
}

/** Any number of faults until a moment (epoch ms). */
export function randomFaults(
  prng: Prng,
  { rate, until }: { readonly rate: number; readonly until: number },
): FaultPlan {
  return { decide: ({ faults, now }) => (now < until && prng.chance(rate) ? prng.pick(faults) : undefined) }
}

/** Reads `12:fail-after,31:crash-before`. */
export function parsePlaced(text: string): Placed {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [index = '', fault = ''] = part.split(':')
      return [Number(index), fault as Fault] as const
    })
}

export function placedText(placed: Placed): string {
  return placed.map(([index, fault]) => `${index}:${fault}`).join(',')
}
