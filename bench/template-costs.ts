/** What the template alone says of costs: resources, metrics that alarms read, secrets that functions keep, and a line of the access log. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface MetricStat {
  readonly MetricStat?: object
}

export interface TemplateResource {
  readonly Type: string
  readonly Properties?: {
    readonly Environment?: { readonly Variables?: Record<string, unknown> }
    readonly Metrics?: readonly MetricStat[]
    readonly AccessLogSettings?: { readonly Format: string }
  }
}

export interface TemplateCosts {
  /** Resources by type. */
  readonly resources: Readonly<Record<string, number>>
  /** Metrics that alarms read, each as often as it is read: an alarm is billed for each. */
  readonly alarmMetrics: number
  /** Secrets that functions keep fresh, summed over the functions. */
  readonly cachedSecrets: number
  /** Bytes of an access log line, with what CloudWatch Logs adds. */
  readonly accessLogBytes: number
}

/** Of CloudWatch Logs, added to each event. */
export const LOG_EVENT_OVERHEAD = 26

export function templateCosts(all: readonly TemplateResource[]): TemplateCosts {
  const resources: Record<string, number> = {}
  for (const { Type } of all) resources[Type] = (resources[Type] ?? 0) + 1
  const sum = (of: (resource: TemplateResource) => number) =>
    all.reduce((total, resource) => total + of(resource), 0)
  const [stage] = all.filter(({ Properties }) => Properties?.AccessLogSettings !== undefined)
  return {
    resources,
    alarmMetrics: sum(metricsOf),
    cachedSecrets: sum(secretsOf),
    accessLogBytes: accessLogBytes(stage?.Properties?.AccessLogSettings?.Format ?? ''),
  }
}

export function readTemplates(directory: string): readonly TemplateResource[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.template.json'))
  return files.flatMap((name) => {
    const template = JSON.parse(readFileSync(join(directory, name), 'utf8')) as {
      Resources?: Record<string, TemplateResource>
    }
    return Object.values(template.Resources ?? {})
  })
}

function metricsOf({ Type, Properties }: TemplateResource): number {
  if (Type !== 'AWS::CloudWatch::Alarm') return 0
  return Properties?.Metrics?.filter(({ MetricStat: stat }) => stat !== undefined).length ?? 1
}

function secretsOf({ Type, Properties }: TemplateResource): number {
  if (Type !== 'AWS::Lambda::Function') return 0
  return Object.keys(Properties?.Environment?.Variables ?? {}).filter((name) => name.endsWith('_SECRET_ID'))
    .length
}

/** As long as such values are. */
const SAMPLES: Readonly<Record<string, string>> = {
  '$context.requestId': 'JKJaXmPLvHcESHA=',
  '$context.identity.sourceIp': '101.226.103.61',
  '$context.routeKey': 'POST /wechatpay/notify/payment',
  '$context.status': '204',
  '$context.responseLatency': '38',
}

function accessLogBytes(format: string): number {
  const line = format.replaceAll(/\$context[\w.]+/g, (name) => SAMPLES[name] ?? '-')
  return Buffer.byteLength(line) + LOG_EVENT_OVERHEAD
}
