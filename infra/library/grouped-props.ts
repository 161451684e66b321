/** Properties that belong together. */

/** Requests a second on the long run, 1 to 10000, and the burst above it, 1 to 5000, over all callers together. */
export interface ThrottleProps {
  readonly rate: number
  readonly burst: number
}

/** A domain of your own. Its DNS record is yours to make: an alias to the output `CustomDomainTarget` or `NotifyDomainTarget`. */
export interface DomainProps {
  /** In lower case, as in pay.example.com. */
  readonly name: string
  /** A certificate of ACM in the region of the stack, as `certificate.certificateArn`. */
  readonly certificateArn: string
  /**
   * A public certificate of ACM for the same name: API Gateway asks for it where the first one was imported or is of a private CA, and
   * clients present certificates.
   * @default none
   */
  readonly ownershipCertificateArn?: string | undefined
}

/** How callers of the API prove who they are. WeChat's notifications carry a signature of their own in any case. */
export type MerchantAuthorization =
  /** Requests signed with AWS Signature V4. */
  | { readonly type: 'iam' }
  /** A token of an OpenID Connect issuer, in `Authorization`. */
  | { readonly type: 'jwt'; readonly issuer: string; readonly audience: readonly string[] }
  /** A client certificate that the trust store (`s3://…`) signed, on `customDomain` and an API of its own; and IAM, as without it. */
  | {
      readonly type: 'mtls'
      readonly truststoreUri: string
      /** @default the newest at deployment */
      readonly truststoreVersion?: string | undefined
    }

/** When alarms fire. */
export interface ThresholdProps {
  /** Age of the oldest fact that is not settled. @default 300 s */
  readonly pendingFactSeconds?: number | undefined
  /** Age of the oldest message on the fact queue. @default 120 s */
  readonly queueAgeSeconds?: number | undefined
  /** 99th percentile of notify, less than WeChat waits. @default 2000 ms */
  readonly notifyLatencyMs?: number | undefined
  /** Share of requests answered with 5xx in two of three minutes. @default 1 % */
  readonly serverErrorPercent?: number | undefined
  /** Notifications a minute whose signature is wrong. @default 5 */
  readonly unverifiedPerMinute?: number | undefined
  /** Payments created within half an hour without any notification. @default 20 */
  readonly silentPayments?: number | undefined
  /** Days before the merchant certificate expires. @default 30 */
  readonly merchantCertificateDays?: number | undefined
  /** Days before the last platform certificate expires. @default 10 */
  readonly platformKeyDays?: number | undefined
  /** Lambda functions of the whole account at work at once. @default 80 % of accountConcurrency */
  readonly concurrentExecutions?: number | undefined
}

/** Which refunds wait for people. Amounts are whole fen. */
export interface RefundRules {
  /** A refund of more fen than this. @default no such rule */
  readonly singleAbove?: number | undefined
  /** A refund with which those of the last hour come to more fen than this. @default no such rule */
  readonly hourlyAbove?: number | undefined
  /** A refund with which those of the last hour are more than so many. @default no such rule */
  readonly hourlyCount?: number | undefined
  /** A refund with which those of the last hour are more than so many percent of its payments. @default no such rule */
  readonly hourlyPercent?: number | undefined
  /** Of fewer refunds in an hour `hourlyPercent` says nothing. @default 10 */
  readonly hourlyPercentFrom?: number | undefined
  /** A refund with which the order has more than so many. @default no such rule */
  readonly perOrder?: number | undefined
  /** So many people with different names have to approve. @default 1 */
  readonly approvals?: 1 | 2 | undefined
  /** Minutes after which a second alarm tells of a refund that nobody has decided on. @default 30 */
  readonly remindMinutes?: number | undefined
  /** Minutes after which all refunds are paused because of it. @default 120 */
  readonly pauseMinutes?: number | undefined
}
