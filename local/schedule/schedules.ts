/** EventBridge rules with a rate, or of a minute of every hour: each tick is an asynchronous invocation of its targets. */
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { LocalError } from '#local/local-error.ts'
import type { InvokeResult } from '#local/lambda/invoke-result.ts'
import type { LambdaService } from '#local/lambda/lambda-service.ts'
import { LOCAL_ACCOUNT } from '#local/template/local-identity.ts'
import { readProperties, type TemplateStack } from '#local/template/template-stack.ts'

const RuleProperties = v.object({
  ScheduleExpression: v.string('the local stack knows rules with a schedule only'),
  State: v.optional(v.string(), 'ENABLED'),
  Targets: v.optional(v.array(v.object({ Arn: v.string(), Input: v.optional(v.string()) })), []),
})

export interface ScheduledRule {
  readonly name: string
  readonly arn: string
  readonly logicalId: string
  readonly expression: string
  readonly periodMs: number
  /** Of the hour. */
  readonly minute: number | undefined
  readonly enabled: boolean
  readonly targets: ReadonlyArray<{ readonly functionName: string; readonly input: string | undefined }>
}

export interface Schedules {
  readonly rules: readonly ScheduledRule[]
  /**
   * Fires a rule now, by its name, its logical id or a function it invokes, and waits for the outcome.
   *
   * @throws LocalError when no rule has this name and no rule invokes such a function.
   */
  fire(ruleOrFunction: string): Promise<readonly InvokeResult[]>
  stop(): void
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** Starts the enabled rules. @param options.run false: nothing fires by itself, only by `fire`. */
export function startSchedules(
  stack: TemplateStack,
  lambda: LambdaService,
  options: { readonly run: boolean },
): Schedules {
  const rules = stack.resources('AWS::Events::Rule').map((resource): ScheduledRule => {
    const { ScheduleExpression, State, Targets } = readProperties(resource, RuleProperties)
    return {
      name: resource.ref,
      arn: stack.attribute(resource.logicalId, 'Arn'),
      logicalId: resource.logicalId,
      expression: ScheduleExpression,
      periodMs: periodOf(ScheduleExpression, resource.logicalId),
      minute: minuteOf(ScheduleExpression),
      enabled: State === 'ENABLED',
      targets: Targets.map(({ Arn, Input }) => ({ functionName: lambda.find(Arn).name, input: Input })),
    }
  })
  const { region } = stack.identity

  const run = (rule: ScheduledRule) =>
    Promise.all(
      rule.targets.map(({ functionName, input }) =>
        lambda.invokeAsync(functionName, eventOf(rule, region, { input })),
      ),
    )

  const stops = options.run
    ? rules.filter(({ enabled }) => enabled).map((rule) => repeated(rule, () => void run(rule)))
    : []

  return {
    rules,
    async fire(wanted) {
      const named = rules.find(({ name, logicalId }) => name === wanted || logicalId === wanted)
      if (named !== undefined) return run(named)
      const { name } = lambda.find(wanted)
      const rule = rules.find(({ targets }) => targets.some(({ functionName }) => functionName === name))
      if (rule === undefined) throw new LocalError(`no schedule invokes ${wanted}`)
      return run(rule)
    },
    stop: () => stops.forEach((stop) => stop()),
  }
}

/** A rate begins with the stack; a minute of the hour is that of the clock. */
function repeated({ periodMs, minute }: ScheduledRule, run: () => void): () => void {
  if (minute === undefined) {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  }
  let timer: NodeJS.Timeout
  const wait = (): void => {
    const now = Date.now()
    const next = Math.floor(now / UNIT_MS.hour) * UNIT_MS.hour + minute * UNIT_MS.minute
    timer = setTimeout(
      () => {
        run()
        wait()
      },
      next > now ? next - now : next + UNIT_MS.hour - now,
    )
  }
  wait()
  return () => clearTimeout(timer)
}

/** `rate(6 hours)` in milliseconds. */
function periodOf(expression: string, logicalId: string): number {
  if (minuteOf(expression) !== undefined) return UNIT_MS.hour
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const unitMs = Object.entries(UNIT_MS).find(([name]) => name === unit)?.[1]
  if (unitMs === undefined || Number(count) < 1) {
    throw new LocalError(
      `${logicalId}: the local stack knows rate(…) of minutes, hours or days and cron(<minute> * * * ? *), not ${expression}`,
    )
  }
  return Number(count) * unitMs
}

/** 30 of `cron(30 * * * ? *)`; undefined of any other expression. */
function minuteOf(expression: string): number | undefined {
  const [, minute] = /^cron\(([0-5]?\d) \* \* \* \? \*\)$/.exec(expression) ?? []
  return minute === undefined ? undefined : Number(minute)
}

/** The event of a scheduled rule, or the target's constant input. */
function eventOf(
  rule: ScheduledRule,
  region: string,
  { input }: { readonly input: string | undefined },
): unknown {
  if (input !== undefined) return JSON.parse(input)
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LOCAL_ACCOUNT,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [rule.arn],
    detail: {},
  }
}
