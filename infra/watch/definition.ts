/** What an alarm is: what it watches, from when on it fires, what is at stake and what to do. */
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Operation } from '#shared/operations.ts'
import type { Stage } from '#infra/stage/stage-settings.ts'

export type Thresholds = Stage['thresholds']

export interface AlarmDefinition {
  /** Names it within the stack. */
  readonly id: string
  /** The operations whose release it turns back; it must then fire within the minutes of a canary. @default none */
  readonly turnsBack?: readonly Operation[]
  readonly metric: IMetric
  /** Fires from this value on; below it where `below` is set. */
  readonly threshold: number
  /** @default false */
  readonly below?: boolean
  /** Periods of the metric that are looked at. @default 1 */
  readonly periods?: number
  /** How many of them have to be past the threshold. @default all */
  readonly enough?: number
  /** What silence means: nothing happened, something is broken, or nothing new. @default 'fine' */
  readonly missing?: 'fine' | 'broken' | 'unchanged'
  /** What goes wrong for whom while this lasts. */
  readonly impact: string
  /** The first thing to do. */
  readonly action: string
  /** Anchor of the chapter in docs/runbook.md. */
  readonly runbook: string
}
