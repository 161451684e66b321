/** What a scenario is: who does what, and when. Times are from the start of the run. */
import type { Conditions } from './conditions.ts'
import type { Wechat } from './conveyance.ts'
import type { Merchant } from './merchant.ts'
import type { Operators } from './operators.ts'
import type { State } from './state.ts'

export interface Stage {
  readonly at: (milliseconds: number, task: () => void) => void
  readonly merchant: Merchant
  readonly wechat: Wechat
  readonly operators: Operators
  readonly state: State
  /** A whole number in between; the lowest in exhaustive runs. */
  readonly draw: (low: number, high: number) => number
}

export interface Scenario {
  readonly name: string
  play(stage: Stage): Promise<void> | void
  /** How slow WeChat is, by the time since the start; at once when absent. */
  readonly wechatDelays?: (sinceMs: number) => { readonly requestMs: number; readonly answerMs: number }
  /** Whether secrets are read over the network, faults included. */
  readonly secretsFail?: boolean
  readonly rotates?: boolean
  /** Our order ends held for a person, and is looked at for ever: the run is over so long after the faults. */
  readonly heldAfterMs?: number
  /** Somebody lets pass whatever is held in the end, so that the run comes to rest. */
  readonly clerk?: boolean
  /** Too long for all pairs of faults. */
  readonly randomOnly?: boolean
  /** In exhaustive runs. */
  readonly conditions?: Partial<Conditions>
}
