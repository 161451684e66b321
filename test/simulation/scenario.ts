/** What a scenario is: who does what, and when. Times are from the start of the run. */
import type { Provider } from '#shared/providers.ts'
import type { Alipay } from './alipay-conveyance.ts'
import type { Conditions } from './conditions.ts'
import type { Wechat } from './conveyance.ts'
import type { Merchant } from './merchant.ts'
import type { Operators } from './operators.ts'
import type { State } from './state.ts'

export interface Stage {
  readonly at: (milliseconds: number, task: () => void) => void
  readonly merchant: Merchant
  readonly wechat: Wechat
  /** What the merchant does at Alipay, and Alipay itself, where the stage has it. */
  readonly alipay: Alipay & { readonly merchant: Merchant }
  readonly operators: Operators
  readonly state: State
  /** A whole number in between; the lowest in exhaustive runs. */
  readonly draw: (low: number, high: number) => number
}

export interface Scenario {
  readonly name: string
  play(stage: Stage): Promise<void> | void
  /** Whether the stage has Alipay as well. */
  readonly withAlipay?: boolean
  /** How slow the channels are, by the time since the start; at once when absent. */
  readonly delays?: (sinceMs: number) => { readonly requestMs: number; readonly answerMs: number }
  /** Whether secrets are read over the network, faults included. */
  readonly secretsFail?: boolean
  readonly rotates?: boolean
  /** Our order ends held for a person, and is looked at for ever: the run is over so long after the faults. */
  readonly heldAfterMs?: number
  /** Somebody lets pass whatever is held in the end, so that the run comes to rest. */
  readonly clerk?: boolean
  /** When a channel answers nothing but errors, by the time since the start. */
  readonly outage?: (sinceMs: number, provider: Provider) => boolean
  /** Whether sweeps take turns and keep within WeChat's limits, as deployed; else they run side by side and nothing may need that. */
  readonly turns?: boolean
  /** Whether a call of AWS that fails is one whose answer stalls: its error comes when it is waited for no longer. */
  readonly stalls?: boolean
  /** When nothing is struck, our books equal a channel's by then. */
  readonly doneByMs?: Partial<Readonly<Record<Provider, number>>>
  /** Something is looked at for ever: the run is over then. */
  readonly endsMs?: number
  /** Of the pairs of faults every so manyth is tried, where a run is long. */
  readonly pairs?: number
  /** A run is very long: of the single faults every so manyth is tried, no pairs, and no seeds. */
  readonly singles?: number
  /** Too long for all pairs of faults. */
  readonly randomOnly?: boolean
  /** In exhaustive runs. */
  readonly conditions?: Partial<Conditions>
}
