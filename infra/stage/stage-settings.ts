/** Every setting of a stage, one line of rule each, with its default. What contradicts what is in `stage-contradictions.ts`. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import * as v from 'valibot'
import { CHANNEL_SETTINGS } from '#infra/channels/channels.ts'
import { address, flag, text, textOrToken, whole } from '#infra/rules/setting-rules.ts'
import { notifyBaseUrlProblem } from '#shared/addresses.ts'
import { DEFAULT_LOG_LEVEL, LOG_LEVELS } from '#shared/log.ts'
import { refundRulesSchema } from '#shared/refund-rules.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { MOST_FIRST_LOOK_SECONDS } from '#shared/time-limits.ts'
import { Existing } from './existing.ts'
import { Domain, MerchantAuthorization, Thresholds, Throttle } from './setting-groups.ts'

const PARTITIONS = ['aws', 'aws-cn']

const LOG_RETENTION_RULE =
  'must be a number of days that CloudWatch Logs knows, as in 30, 90, 180, 365 or 731'

export const StageSettings = v.strictObject({
  /** AWS region, of the partition aws or aws-cn. */
  region: v.pipe(
    v.string('must be the name of an AWS region'),
    v.check(isRegion, 'must be an AWS region of the partition aws or aws-cn'),
  ),
  /** AWS account. @default the account of the credentials at deploy */
  account: v.optional(text('must be 12 digits', /^[0-9]{12}$/)),
  /** Whether CloudFormation refuses to delete the stack until somebody allows it. @default true */
  terminationProtection: v.optional(flag, true),
  ...CHANNEL_SETTINGS,
  /** Where WeChat sends notifications, if something of yours stands before the API. @default notifyDomain, else customDomain, else the endpoint of the HTTP API */
  notifyBaseUrl: v.optional(address(notifyBaseUrlProblem)),
  /** A domain for notifications alone. In mainland China it needs an ICP filing. @default none */
  notifyDomain: v.optional(Domain),
  /** The domain of the API. In mainland China it needs an ICP filing. @default none */
  customDomain: v.optional(Domain),
  /**
   * Whether the execute-api endpoint answers beside a domain of your own. Orders made before keep its notify URL for as long as they
   * can be paid, and a new domain does not answer before its DNS record is there. APIs with client certificates never have it. @default true
   */
  executeApiEndpoint: v.optional(flag, true),
  /** @default IAM */
  merchantAuthorization: v.optional(MerchantAuthorization, { type: 'iam' }),
  /** Limits of the routes that merchants call. @default 50 a second, below the 150 of WeChat's own limit, bursts of 100 */
  merchantThrottle: v.optional(Throttle, { rate: 50, burst: 100 }),
  /** Limits of the routes that WeChat calls; a refused notification is repeated by WeChat. @default 200 a second, bursts of 400 */
  notifyThrottle: v.optional(Throttle, { rate: 200, burst: 400 }),
  /**
   * Functions that the account may run at once, a quota of Lambda: `wxpay preflight` and `wxpay doctor` read it. A new account may
   * have 10 until you ask for more. @default 1000
   */
  accountConcurrency: v.optional(whole(10, 100_000), 1000),
  /** Settle functions at work at once. @default 50, at most a quarter of accountConcurrency and at least 2 */
  settleConcurrency: v.optional(whole(2, 1000)),
  /**
   * Functions of notify that are kept for it, whatever else the account runs; it gets no more than these. Lambda refuses to leave
   * fewer than 100 for the rest of the account. @default none: notify shares what there is
   */
  reserveNotify: v.optional(whole(1, 1000)),
  /** Whether one sweep at most may run, by a reservation as of notify. Two are harmless, for each claims what it drives. @default false */
  reserveSweep: v.optional(flag, false),
  /** Processor of the functions. arm64 costs a fifth less; x86_64 is for a region that has no arm64. @default arm64 */
  architecture: v.optional(v.picklist(['arm64', 'x86_64'], 'must be arm64 or x86_64'), 'arm64'),
  /** Minutes that a release gets 10 % of the calls before it gets all: 5, 10, 15, 30, or 0 for all at once. @default 5 */
  canaryMinutes: v.optional(v.picklist([0, 5, 10, 15, 30], 'must be 0, 5, 10, 15 or 30'), 5),
  /**
   * X-Ray traces of the functions: one an invocation, which costs about as much as all the rest, and shows times that the
   * logs have. Not in aws-cn. @default false
   */
  tracing: v.optional(flag, false),
  /** Roles besides the functions' that may read the secrets, as for `wxpay setup --check`. @default none: operators fill them without reading them */
  operatorRoleArns: v.optional(
    v.array(
      textOrToken('must be the ARN of an IAM role', /^arn:aws(?:-cn)?:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/),
      'must be a list of ARNs of IAM roles',
    ),
    [],
  ),
  /** Accounts besides the stage's own that may subscribe their queues and functions to the events. @default none */
  subscriberAccounts: v.optional(
    v.pipe(
      v.array(text('must be 12 digits', /^[0-9]{12}$/), 'must be a list of accounts'),
      v.check((accounts) => new Set(accounts).size === accounts.length, 'must not name an account twice'),
    ),
    [],
  ),
  /** Which refunds wait for people, how many have to approve, and what happens when nobody does. @default none waits */
  refundRules: v.optional(refundRulesSchema(), {}),
  /** The topic that alarms go to, in the region of the stage. @default one of the stack's own: the output AlarmTopicArn */
  alarmTopicArn: v.optional(
    text(
      'must be the ARN of an SNS topic',
      /^arn:aws(?:-cn)?:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$/,
    ),
  ),
  thresholds: v.optional(Thresholds, {}),
  /** The least that the functions log: debug, info, warn or error. Alarms and metrics do not depend on it. @default info, which the runbook reads */
  logLevel: v.optional(v.picklist(LOG_LEVELS, 'must be debug, info, warn or error'), DEFAULT_LOG_LEVEL),
  /**
   * The form in which orders are stored. 1: also as a release before the books of orders reads it, so that it can be gone back to.
   * 2: the books alone. 3: the books packed, so that a write costs a half or a third. All are read: the number may be changed
   * either way as soon as every function runs a release that knows it. @default 1
   */
  orderForm: v.optional(v.picklist(ORDER_FORMS, 'must be 1, 2 or 3'), 1),
  /**
   * How old an unpaid order is when the sweep looks at it first; it runs once a minute. Each look is a query at WeChat and costs four
   * units of DynamoDB, and most payers are done within a minute. @default 60
   */
  firstLookSeconds: v.optional(whole(5, MOST_FIRST_LOOK_SECONDS), 60),
  /** Seconds that Lambda waits for more facts before it starts settle: fewer requests of SQS, later events. @default 0 */
  settleWindowSeconds: v.optional(whole(0, 60), 0),
  /** Days that logs are kept. @default 180: six months, which China's Cybersecurity Law asks for */
  logRetentionDays: v.optional(
    v.pipe(
      v.enum(RetentionDays, LOG_RETENTION_RULE),
      v.check((days) => days !== RetentionDays.INFINITE, LOG_RETENTION_RULE),
    ),
    RetentionDays.SIX_MONTHS,
  ),
  /** Days that reports of the reconciliation are kept. @default 1096: three years, which China's E-Commerce Law asks for of transactions */
  reportDays: v.optional(whole(91, 36_500), 1096),
  /** Whether tables, secrets, key, reports and logs stay when the stack is deleted. Orders never expire by themselves. @default true */
  retainData: v.optional(flag, true),
  /** Tables, secrets, key, queues and bucket of reports that are there already, which take the place of new ones. @default none */
  existing: v.optional(Existing, {}),
  /** Days back to any second of which the tables can be restored. @default 35, the most there is */
  recoveryDays: v.optional(whole(1, 35), 35),
})

export type CheckedSettings = v.InferOutput<typeof StageSettings>

/** Those of a stage that says as little as it can. */
export const DEFAULTS: CheckedSettings = v.parse(StageSettings, { region: 'us-east-1' })

/** What follows from the settings, filled in. */
export interface Sized {
  readonly name: string
  readonly settleConcurrency: number
  readonly thresholds: CheckedSettings['thresholds'] & { readonly concurrentExecutions: number }
}

/** A stage whose settings have been checked, and what follows from them is filled in. */
export type Stage = CheckedSettings & Sized

/** What only a stage says, for it is a stack of its own, and names what exists by its ARN. */
export const OF_A_STAGE = ['region', 'account', 'terminationProtection', 'alarmTopicArn', 'existing'] as const

/** What the payment system is made by, whose stack ever it stands in. */
export type SystemSettings = Omit<Stage, (typeof OF_A_STAGE)[number]> & {
  /** @default known at deployment only */
  readonly region: string | undefined
}

/** The settings of a stage as they are written down. */
export type StageInput = v.InferInput<typeof StageSettings>

/** `aws` or `aws-cn`. */
export function partitionOf(region: string): string {
  return RegionInfo.get(region).partition ?? ''
}

/** Of the partitions that the system is made for. */
export function isRegion(region: string): boolean {
  return PARTITIONS.includes(partitionOf(region))
}
