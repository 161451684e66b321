import { afterEach, describe, expect, it, vi } from 'vitest'
import * as v from 'valibot'
import type { FunctionDefinition } from '#local/lambda/function-definition.ts'
import type { LambdaService } from '#local/lambda/lambda-service.ts'
import { startSchedules } from '#local/schedule/schedules.ts'
import { stackIdentity } from '#local/template/local-identity.ts'
import { createTemplateStack } from '#local/template/template-stack.ts'
import { TemplateSchema } from '#local/template/template-shape.ts'
import { fixtureTemplate } from './fixture.ts'

function setUp(run: boolean, extra: Readonly<Record<string, unknown>> = {}) {
  const template = createTemplateStack(v.parse(TemplateSchema, fixtureTemplate(extra)), {
    identity: stackIdentity('fixture', 'us-east-1'),
    addresses: { sqsUrl: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2' },
  })
  const invoked: { name: string; event: unknown }[] = []
  const find = (reference: string) => ({ name: reference.split(':').at(-1)! }) as FunctionDefinition
  const lambda = {
    find: (reference: string) => find(reference === 'settle' ? 'fixture-Settle' : reference),
    invokeAsync: async (name: string, event: unknown) => {
      invoked.push({ name, event })
      return { ok: true, payload: 'null' }
    },
  } as unknown as LambdaService
  return { schedules: startSchedules(template, lambda, { run }), invoked }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('schedules', () => {
  it('fire at their rate, and no more once stopped', async () => {
    vi.useFakeTimers()
    const { schedules, invoked } = setUp(true)
    await vi.advanceTimersByTimeAsync(3 * 60_000)
    expect(invoked.map(({ name }) => name)).toEqual(['fixture-Settle', 'fixture-Settle', 'fixture-Settle'])
    await vi.advanceTimersByTimeAsync(6 * 3_600_000)
    expect(invoked.filter(({ name }) => name === 'fixture-RotateCerts')).toHaveLength(1)
    schedules.stop()
    const before = invoked.length
    await vi.advanceTimersByTimeAsync(600_000)
    expect(invoked).toHaveLength(before)
  })

  it('of a minute of every hour fire at that minute, hour after hour', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-25T02:20:00Z') })
    const rule = {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'cron(30 * * * ? *)', Targets: [{ Arn: 'Hourly', Id: 'Target0' }] },
    }
    const { schedules, invoked } = setUp(true, { HalfPast: rule })
    const hourly = () => invoked.filter(({ name }) => name === 'Hourly').length
    await vi.advanceTimersByTimeAsync(9 * 60_000)
    expect(hourly()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(hourly()).toBe(1)
    await vi.advanceTimersByTimeAsync(2 * 3_600_000)
    expect(hourly()).toBe(3)
    schedules.stop()
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(hourly()).toBe(3)
  })

  it('do not fire by themselves when switched off', async () => {
    vi.useFakeTimers()
    const { invoked } = setUp(false)
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(invoked).toEqual([])
  })

  it.each(['fixture-EveryMinute', 'EveryMinute', 'settle'])(
    'fire now by %s, with the event of a scheduled rule',
    async (name) => {
      const { schedules, invoked } = setUp(false)
      expect(await schedules.fire(name)).toEqual([{ ok: true, payload: 'null' }])
      expect(invoked).toEqual([
        {
          name: 'fixture-Settle',
          event: {
            version: '0',
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            'detail-type': 'Scheduled Event',
            source: 'aws.events',
            account: '000000000000',
            time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            region: 'us-east-1',
            resources: ['arn:aws:events:us-east-1:000000000000:rule/fixture-EveryMinute'],
            detail: {},
          },
        },
      ])
    },
  )

  it('pass a constant input on', async () => {
    const { schedules, invoked } = setUp(false, {
      EveryMinute: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 day)',
          State: 'DISABLED',
          Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Settle', 'Arn'] }, Input: '{"a":1}' }],
        },
      },
    })
    await schedules.fire('EveryMinute')
    expect(invoked[0]?.event).toEqual({ a: 1 })
  })

  it('say when nothing has this name, and which expression they do not know', async () => {
    const { schedules } = setUp(false)
    await expect(schedules.fire('fixture-Prepay')).rejects.toThrow('no schedule invokes fixture-Prepay')
    const cron = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 1 * * ? *)' } }
    expect(() => setUp(false, { EveryMinute: cron })).toThrow(
      'EveryMinute: the local stack knows rate(…) of minutes, hours or days',
    )
  })
})
