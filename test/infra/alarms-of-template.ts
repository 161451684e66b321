/** The alarms of a stage as its template has them. */
import { resourcesOf, templateOf } from './template.ts'

interface MetricStat {
  readonly Metric: {
    readonly Namespace: string
    readonly MetricName: string
    readonly Dimensions?: unknown[]
  }
}
export interface AlarmProperties {
  readonly AlarmDescription: string
  readonly AlarmActions: readonly unknown[]
  readonly OKActions: readonly unknown[]
  readonly TreatMissingData: string
  readonly Threshold: number
  readonly Period?: number
  readonly EvaluationPeriods: number
  readonly Namespace?: string
  readonly MetricName?: string
  readonly Dimensions?: ReadonlyArray<{ Name: string; Value: unknown }>
  readonly Metrics?: ReadonlyArray<{
    readonly Id: string
    readonly Expression?: string
    readonly ReturnData?: boolean
    readonly MetricStat?: MetricStat
  }>
}

/** Of a stage with canaries, which more than one alarm turns back. */
export const RELEASED = templateOf({ canaryMinutes: 5 })
export const ALARMS = Object.entries(resourcesOf(RELEASED, 'AWS::CloudWatch::Alarm')).map(
  ([id, { Properties }]) => ({ id, ...(Properties as unknown as AlarmProperties) }),
)
export const alarmNamed = (name: string) => ALARMS.find(({ id }) => id === `ObservabilityAlarms${name}`)!
