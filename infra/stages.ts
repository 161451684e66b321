/**
 * The stages that can be deployed, one stack each. To add yours, add an entry to `STAGES`; `npx cdk deploy -c stage=<name>`
 * then deploys it. Settings are checked at synth; every optional one has its default here.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import * as v from 'valibot'

const PARTITIONS = ['aws', 'aws-cn']

const LOG_RETENTION_RULE =
  'must be a number of days that CloudWatch Logs knows, as in 30, 90, 180, 365 or 731'

const text = (rule: string, pattern: RegExp) => v.pipe(v.string(rule), v.regex(pattern, rule))

const whole = (rule: string, from: number, to: number) =>
  v.pipe(v.number(rule), v.integer(rule), v.minValue(from, rule), v.maxValue(to, rule))

const httpsUrl = 'must be an https URL without query and without a final slash'
const httpsUrlPattern = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*$/

/** Requests a second on the long run, and the burst above it, over all callers together. */
const Throttle = v.strictObject({
  rate: whole('must be a whole number from 1 to 10000', 1, 10_000),
  burst: whole('must be a whole number from 1 to 5000', 1, 5000),
})

const StageSettings = v.strictObject({
  /** AWS region, of the partition aws or aws-cn. */
  region: v.pipe(
    v.string('must be the name of an AWS region'),
    v.check(isRegion, 'must be an AWS region of the partition aws or aws-cn'),
  ),
  /** AWS account. @default the account of the credentials at deploy */
  account: v.optional(text('must be 12 digits', /^[0-9]{12}$/)),
  /** WeChat Pay merchant number. */
  mchid: text('must be 8 to 32 digits', /^[0-9]{8,32}$/),
  /** The appids that this merchant takes payments for. */
  appids: v.pipe(
    v.array(
      text('must be an appid (wx and up to 30 letters, digits, - or _)', /^wx[0-9a-zA-Z_-]{1,30}$/),
      'must be a list of appids',
    ),
    v.minLength(1, 'must hold at least one appid'),
    v.maxLength(50, 'must hold at most 50 appids'),
    v.check((appids) => new Set(appids).size === appids.length, 'must not name an appid twice'),
  ),
  /** Where WeChat sends notifications: your own domain in front of the API. @default the endpoint of the HTTP API */
  notifyBaseUrl: v.optional(text(httpsUrl, httpsUrlPattern)),
  /** WeChat Pay's API. @default the nearest access point in mainland China */
  wechatApiUrl: v.optional(text(httpsUrl, httpsUrlPattern), 'https://api.mch.weixin.qq.com'),
  /** Its other access point, for when the first fails. @default WeChat's backup domain */
  wechatApiBackupUrl: v.optional(text(httpsUrl, httpsUrlPattern), 'https://api2.mch.weixin.qq.com'),
  /** Limits of the routes that merchants call. @default 50 a second, below the 150 of WeChat's own limit, bursts of 100 */
  merchantThrottle: v.optional(Throttle, { rate: 50, burst: 100 }),
  /** Limits of the routes that WeChat calls; a refused notification is repeated by WeChat. @default 200 a second, bursts of 400 */
  notifyThrottle: v.optional(Throttle, { rate: 200, burst: 400 }),
  /** Settle functions at work at once. @default 50 */
  settleConcurrency: v.optional(whole('must be a whole number from 2 to 1000', 2, 1000), 50),
  /** Days that logs are kept. @default 180: six months, which China's Cybersecurity Law asks for */
  logRetentionDays: v.optional(
    v.pipe(
      v.enum(RetentionDays, LOG_RETENTION_RULE),
      v.check((days) => days !== RetentionDays.INFINITE, LOG_RETENTION_RULE),
    ),
    RetentionDays.SIX_MONTHS,
  ),
})

/** A stage whose settings have been checked. */
export type Stage = v.InferOutput<typeof StageSettings> & { readonly name: string }

/** The settings of a stage as they are written down here. */
export type StageInput = v.InferInput<typeof StageSettings>

/** Placeholders: WeChat's own example merchant. Put your numbers in before deploying. */
const EXAMPLE_MERCHANT = { mchid: '1900000109', appids: ['wxd678efh567hg6787'] }

export const STAGES: Readonly<Record<string, StageInput>> = {
  dev: { region: 'us-east-1', ...EXAMPLE_MERCHANT },
  'dev-cn': { region: 'cn-north-1', ...EXAMPLE_MERCHANT },
}

/**
 * The named stage, checked.
 *
 * @throws Error naming the stages there are, or every setting that is wrong.
 */
export function stageNamed(name: string): Stage {
  const input = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined
  if (input === undefined) {
    throw new Error(`there is no stage "${name}": infra/stages.ts has ${Object.keys(STAGES).join(', ')}`)
  }
  return checkStage(name, input)
}

/**
 * Checks settings and fills in defaults.
 *
 * @throws Error, one sentence naming every unknown, missing, malformed or contradictory setting.
 */
export function checkStage(name: string, settings: unknown): Stage {
  const result = v.safeParse(StageSettings, settings)
  const problems = result.success ? contradictionsIn(result.output) : result.issues.map(describe)
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name))
    problems.unshift('its name must be 1 to 20 of a-z, 0-9 and -, a letter first')
  if (!result.success || problems.length > 0) throw new Error(`stage "${name}": ${problems.join('; ')}`)
  return { name, ...result.output }
}

function contradictionsIn(stage: v.InferOutput<typeof StageSettings>): string[] {
  const problems: string[] = []
  if (stage.wechatApiUrl === stage.wechatApiBackupUrl) {
    problems.push('wechatApiUrl and wechatApiBackupUrl must differ')
  }
  for (const key of ['merchantThrottle', 'notifyThrottle'] as const) {
    if (stage[key].burst < stage[key].rate) problems.push(`${key}.burst must be at least ${key}.rate`)
  }
  return problems
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'it'
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path} is not a known setting`
  if (issue.received === 'undefined') return `${path} is missing`
  if (issue.type === 'strict_object') return `${path} must be a group of settings`
  return `${path} ${issue.message}`
}

function isRegion(region: string): boolean {
  return PARTITIONS.includes(RegionInfo.get(region).partition ?? '')
}
