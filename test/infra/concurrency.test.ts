/** How many functions may be at work at once: what is made for an account, what is kept for whom, and when an alarm fires. */
import { describe, expect, it } from 'vitest'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { resourcesOf, templateOf } from './template.ts'

const settlingIn = (settings: Partial<StageInput>): unknown =>
  resourcesOf(templateOf(settings), 'AWS::Lambda::EventSourceMapping')['TriggersFactQueue']!.Properties[
    'ScalingConfig'
  ]
const thresholdIn = (settings: Partial<StageInput>): unknown =>
  resourcesOf(templateOf(settings), 'AWS::CloudWatch::Alarm')['ObservabilityAlarmsFunctionConcurrency']!
    .Properties['Threshold']

function reservedIn(settings: Partial<StageInput>): Record<string, unknown> {
  const functions = Object.entries(resourcesOf(templateOf(settings), 'AWS::Lambda::Function'))
  return Object.fromEntries(
    functions.flatMap(([name, { Properties }]) =>
      'ReservedConcurrentExecutions' in Properties
        ? [[name, Properties['ReservedConcurrentExecutions']]]
        : [],
    ),
  )
}

describe('the account’s limit', () => {
  it.each([
    [{}, 50, 800],
    // A new account: as few as an event source takes, and an alarm before the limit.
    [{ accountConcurrency: 10 }, 2, 8],
    [{ accountConcurrency: 100 }, 25, 80],
    [{ accountConcurrency: 5000 }, 50, 4000],
    [{ accountConcurrency: 100, settleConcurrency: 7, thresholds: { concurrentExecutions: 60 } }, 7, 60],
  ])('%j: %i settle at once, and the alarm is at %i', (settings, settling, threshold) => {
    expect(settlingIn(settings)).toEqual({ MaximumConcurrency: settling })
    expect(thresholdIn(settings)).toBe(threshold)
  })
})

describe('a reservation', () => {
  it('is made only where the stage says so, for a new account has none to spare', () => {
    expect(reservedIn({})).toEqual({})
    expect(reservedIn({ reserveSweep: true, reserveNotify: 40 })).toEqual({
      NotifyFunction: 40,
      SweepFunction: 1,
    })
  })
})
