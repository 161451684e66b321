/** The limits that a rate of payments meets, each with what a payment takes of it. */

import { SECRET_READS_AN_HOUR } from '../bill.ts'

/** What one payment takes, as it was measured. */
export interface Needs {
  /** Seconds of functions, all together: by Little's law the functions at work at once for one payment a second. */
  readonly functionSeconds: number
  readonly settleSeconds: number
  /** The same of whole batches, shared by their messages: a batch takes as long as its slowest message. */
  readonly settleBatchSeconds: number
  readonly httpRequests: number
  /** Of these, calls by the merchant and notifications. */
  readonly merchantRequests: number
  readonly notifications: number
  readonly ordersWrites: number
  readonly factsWrites: number
  readonly published: number
  readonly sent: number
  /** Calls to WeChat when the payer pays at once, and those of one look of the sweep. */
  readonly wechatCalls: number
  readonly wechatSeconds: number
}

export interface Limit {
  readonly name: string
  /** What it allows, in units a second or at once. */
  readonly allows: number
  readonly unit: string
  /** What a payment a second takes of it. */
  readonly takes: number
  /** Whom to ask, or what to set; undefined where nobody can. */
  readonly raise: string | undefined
  readonly met: string
}

/** As the pages of the services have them for us-east-1, November 2026: compare them with Service Quotas before you rely on them. */
const QUOTAS = {
  concurrency: 1000,
  newAccount: 10,
  httpRequests: 10_000,
  tableWrites: 40_000,
  newTableWrites: 4000,
  published: 30_000,
  inFlight: 120_000,
  secretReads: 10_000,
  wechat: 150,
} as const

/** Of a function that calls WeChat and believes it; others read fewer. */
const SECRETS_OF_A_PLACE = 3
const SECRET_READS_A_SECOND = (SECRETS_OF_A_PLACE * SECRET_READS_AN_HOUR) / 3600

/** What the stage sets by itself. */
export interface StageLimits {
  readonly merchantRate: number
  readonly notifyRate: number
  readonly settleConcurrency: number
  readonly sweepCalls: number
}

export function limitsOf(needs: Needs, stage: StageLimits): readonly Limit[] {
  const { functionSeconds, settleSeconds, ordersWrites, factsWrites } = needs
  const writes = Math.max(ordersWrites, factsWrites)
  return [
    limit(NEW_ACCOUNT, QUOTAS.newAccount, 'functions', functionSeconds, {
      raise: 'ask AWS for 1,000 or more (Service Quotas, Lambda, L-B99A9384)',
      met: 'calls are answered with 503; WeChat repeats notifications, merchants their calls',
    }),
    limit('merchantThrottle of the stage', stage.merchantRate, 'requests/s', needs.merchantRequests, {
      raise: 'set merchantThrottle',
      met: 'merchants get 429',
    }),
    limit("the sweep's calls to WeChat", stage.sweepCalls, 'at once', needs.wechatSeconds, {
      raise: undefined,
      met: 'orders that nobody pays are closed later; notifications settle the others all the same',
    }),
    limit("WeChat's calls of a merchant", QUOTAS.wechat, 'calls/s', needs.wechatCalls, {
      raise: 'ask WeChat, or share the load between merchant numbers, a stage each',
      met: 'prepay answers 429 or 503 and may be repeated',
    }),
    limit('notifyThrottle of the stage', stage.notifyRate, 'requests/s', needs.notifications, {
      raise: 'set notifyThrottle',
      met: 'WeChat repeats what it could not deliver',
    }),
    limit('functions of the account at once', QUOTAS.concurrency, 'functions', functionSeconds, {
      raise: 'ask AWS (Service Quotas, Lambda, L-B99A9384), and set accountConcurrency',
      met: 'calls are answered with 503; WeChat repeats notifications, merchants their calls',
    }),
    limit('a new table: writes', QUOTAS.newTableWrites, 'units/s', writes, {
      raise: 'warm the table, or let the load double within half an hour',
      met: 'writes are throttled: 503 before any 2xx, so that nothing is lost',
    }),
    limit('writes of a table', QUOTAS.tableWrites, 'units/s', writes, {
      raise: 'ask AWS (Service Quotas, DynamoDB)',
      met: 'as above',
    }),
    limit('settleConcurrency of the stage', stage.settleConcurrency, 'functions', needs.settleBatchSeconds, {
      raise: 'set settleConcurrency',
      met: 'messages wait; the alarm on their age fires',
    }),
    limit('HTTP API', QUOTAS.httpRequests, 'requests/s', needs.httpRequests, {
      raise: 'ask AWS (API Gateway, L-8A5B8E43)',
      met: '429',
    }),
    limit('SNS', QUOTAS.published, 'messages/s', needs.published, {
      raise: 'ask AWS (SNS); other regions allow from 300 to 9,000',
      met: 'settle fails and is repeated',
    }),
    limit('Secrets Manager', QUOTAS.secretReads, 'reads/s', functionSeconds * SECRET_READS_A_SECOND, {
      raise: undefined,
      met: 'functions that run go on with the keys that they have; new ones answer 503',
    }),
    limit('SQS in flight', QUOTAS.inFlight, 'messages', settleSeconds, {
      raise: undefined,
      met: 'messages wait',
    }),
  ]
}

function limit(
  name: string,
  allows: number,
  unit: string,
  takes: number,
  { raise, met }: Pick<Limit, 'raise' | 'met'>,
): Limit {
  return { name, allows, unit, takes, raise, met }
}

/** The one of a limit that is there under two names, as an account has it at first and later. */
export const NEW_ACCOUNT = 'a new account: functions at once'

/** Payments a second at which it is met. */
export function rateOf({ allows, takes }: Limit): number {
  return takes === 0 ? Number.POSITIVE_INFINITY : allows / takes
}

/** Those that a rate meets, the first to be met before the others. */
export function metAt(limits: readonly Limit[], rate: number): readonly Limit[] {
  return limits.filter((one) => rateOf(one) < rate).toSorted((a, b) => rateOf(a) - rateOf(b))
}
