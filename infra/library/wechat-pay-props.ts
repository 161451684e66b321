/** The properties of `WechatPay`. What is checked, and how, is in `checked-props.ts`. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { ChannelProps } from './channel-props.ts'
import type {
  DomainProps,
  MerchantAuthorization,
  RefundRules,
  ThrottleProps,
  ThresholdProps,
} from './grouped-props.ts'

export interface WechatPayProps extends ChannelProps {
  /**
   * Tells the metrics of one payment system from those of another in the same account and region: 1 to 20 of a-z, 0-9 and -, a letter
   * first. Changing it begins new metrics and changes nothing else.
   * @default made of the names of stack and construct
   */
  readonly stage?: string | undefined
  /**
   * Whether the stack gives out the names that the command line `wxpay` reads, as in `--stack <stack>:<construct>`.
   * @default true
   */
  readonly outputs?: boolean | undefined

  /** Which refunds wait for people, how many have to approve, and what happens when nobody does. @default none waits */
  readonly refundRules?: RefundRules | undefined

  /** Where WeChat sends notifications, if something of yours stands before the API. @default notifyDomain, else customDomain, else the endpoint of the HTTP API */
  readonly notifyBaseUrl?: string | undefined
  /** A domain for notifications alone. In mainland China it needs an ICP filing. @default none */
  readonly notifyDomain?: DomainProps | undefined
  /** The domain of the API. In mainland China it needs an ICP filing. @default none */
  readonly customDomain?: DomainProps | undefined
  /** Whether the execute-api endpoint answers beside a domain of your own. @default true */
  readonly executeApiEndpoint?: boolean | undefined
  /** How callers of the API prove who they are. @default { type: 'iam' } */
  readonly merchantAuthorization?: MerchantAuthorization | undefined

  /** Limits of the routes that merchants call. @default { rate: 50, burst: 100 } */
  readonly merchantThrottle?: ThrottleProps | undefined
  /** Limits of the routes that WeChat calls. @default { rate: 200, burst: 400 } */
  readonly notifyThrottle?: ThrottleProps | undefined
  /** Functions that the account may run at once, a quota of Lambda. @default 1000 */
  readonly accountConcurrency?: number | undefined
  /** Settle functions at work at once, 2 to 1000. @default 50, at most a quarter of accountConcurrency and at least 2 */
  readonly settleConcurrency?: number | undefined
  /** Functions of notify that are kept for it; it gets no more than these. @default none */
  readonly reserveNotify?: number | undefined
  /** Whether one sweep at most may run. @default false */
  readonly reserveSweep?: boolean | undefined

  /** Processor of the functions; x86_64 is for a region that has no arm64. @default 'arm64' */
  readonly architecture?: 'arm64' | 'x86_64' | undefined
  /** Minutes that a release gets 10 % of the calls before it gets all; 0 is all at once, without CodeDeploy. @default 5 */
  readonly canaryMinutes?: 0 | 5 | 10 | 15 | 30 | undefined
  /** How this one deployment moves the functions to their new version; `at-once` asks no alarm. @default 'canary' */
  readonly release?: 'canary' | 'at-once' | undefined
  /** X-Ray traces of the functions; not in aws-cn. @default false */
  readonly tracing?: boolean | undefined
  /** The least that the functions log. @default 'info' */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | undefined
  /** How long logs are kept. @default RetentionDays.SIX_MONTHS */
  readonly logRetentionDays?: RetentionDays | undefined
  /** When alarms fire. @default as each says */
  readonly thresholds?: ThresholdProps | undefined

  /** Roles besides the functions' that may read the secrets, as for `wxpay doctor`. @default none */
  readonly operatorRoleArns?: readonly string[] | undefined
  /** Accounts besides the stack's own that may subscribe their queues and functions to the events. @default none */
  readonly subscriberAccounts?: readonly string[] | undefined

  /** The form in which orders are stored; 1 and 2 are for tables that an earlier release still reads. @default 3 */
  readonly orderForm?: 1 | 2 | 3 | undefined
  /** How old an unpaid order is when the sweep looks at it first, 5 to 300 seconds. @default 60 */
  readonly firstLookSeconds?: number | undefined
  /** Seconds that Lambda waits for more facts before it starts settle, 0 to 60. @default 0 */
  readonly settleWindowSeconds?: number | undefined
  /** Days that reports of the reconciliation are kept, 91 to 36500. @default 1096 */
  readonly reportDays?: number | undefined
  /** Days back to any second of which the tables can be restored, 1 to 35. @default 35 */
  readonly recoveryDays?: number | undefined
  /** Whether tables, secrets, key, reports and logs stay when the stack is deleted. @default true */
  readonly retainData?: boolean | undefined

  /** Encrypts secrets and topics. A key of another app has to let CloudWatch use it. @default a new key */
  readonly key?: IKey | undefined
  /** With the indexes `due` and `day`. @default a new table */
  readonly ordersTable?: ITable | undefined
  /** With the index `pending`. @default a new table */
  readonly factsTable?: ITable | undefined
  /** Where events are published; a standard topic. Its own key is used, if it has one. @default a new topic */
  readonly eventTopic?: ITopic | undefined
  /** Where alarms go; its policy has to let CloudWatch publish. @default a new topic */
  readonly alarmTopic?: ITopic | undefined
  /** A standard queue, whose redrive policy names `factDeadLetterQueue`. @default a new queue */
  readonly factQueue?: IQueue | undefined
  /** @default a new queue */
  readonly factDeadLetterQueue?: IQueue | undefined
  /** A FIFO queue. @default a new queue */
  readonly keyRefreshQueue?: IQueue | undefined
  /** For the reports of the reconciliation. @default a new bucket */
  readonly reportsBucket?: IBucket | undefined

  /** Functions that you have bundled yourself. @default those that came with this package */
  readonly bundles?: FunctionBundles | undefined
}

/** Where the bundles of the functions are. */
export interface FunctionBundles {
  /** The directory to deploy for a function: `index.js` with the export `handler`. */
  directoryOf(name: string): string
}

/** A function that serves routes of merchants. */
export type MerchantFunction = 'prepay' | 'query' | 'list' | 'close' | 'refund' | 'hold'
