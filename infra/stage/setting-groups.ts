/** Settings that belong together, one line of rule each: limits, domains, how callers prove who they are, when alarms fire. */
import * as v from 'valibot'
import { WECHAT_WAIT_MS } from '#shared/time-limits.ts'
import { text, textOrToken, whole } from '#infra/rules/setting-rules.ts'

/** Requests a second on the long run, and the burst above it, over all callers together. */
export const Throttle = v.strictObject({ rate: whole(1, 10_000), burst: whole(1, 5000) })

const certificate = textOrToken(
  'must be the ARN of an ACM certificate',
  /^arn:aws(?:-cn)?:acm:[a-z0-9-]+:[0-9]{12}:certificate\/[a-f0-9-]+$/,
)

/** A domain of your own with its certificate. Its DNS record is yours to make: an alias to the output of the stack. */
export const Domain = v.strictObject({
  name: text(
    'must be a domain name in lower case, as in pay.example.com',
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  ),
  /** A certificate of ACM in the region of the stage; clients need TLS 1.2 or newer. */
  certificateArn: certificate,
  /**
   * A public certificate of ACM for the same name, which shows that the domain is yours: API Gateway asks for it where the first one was
   * imported or is of a private CA, and clients present certificates. @default none
   */
  ownershipCertificateArn: v.optional(certificate),
})

/** How callers of the merchant API prove who they are. WeChat's notifications carry a signature of their own in any case. */
export const MerchantAuthorization = v.variant(
  'type',
  [
    /** Requests signed with AWS Signature V4. */
    v.strictObject({ type: v.literal('iam') }),
    /** A token of an OpenID Connect issuer, in `Authorization`. */
    v.strictObject({
      type: v.literal('jwt'),
      issuer: text('must be an https URL', /^https:\/\/[^\s?#]+$/),
      audience: v.pipe(
        v.array(text('must be text', /^\S+$/), 'must be a list of audiences'),
        v.minLength(1, 'must hold at least one audience'),
      ),
    }),
    /** A client certificate that the trust store signed, on a domain and an API of its own; and IAM, as without it. */
    v.strictObject({
      type: v.literal('mtls'),
      truststoreUri: textOrToken('must be an s3:// URI of a PEM file', /^s3:\/\/[a-z0-9.-]+\/\S+$/),
      /** The version of that object. @default the newest at deploy */
      truststoreVersion: v.optional(text('must be the id of an object version', /^\S+$/)),
    }),
  ],
  'must be iam, jwt or mtls',
)

/** When alarms fire; `infra/watch/alarms.ts` says what each is for. */
export const Thresholds = v.strictObject({
  /** Age of the oldest fact that is not settled. @default 300 s */
  pendingFactSeconds: v.optional(whole(60, 86_400), 300),
  /** Age of the oldest message on the fact queue. @default 120 s */
  queueAgeSeconds: v.optional(whole(60, 86_400), 120),
  /** 99th percentile of notify, less than WeChat waits. @default 2000 ms */
  notifyLatencyMs: v.optional(whole(100, WECHAT_WAIT_MS), 2000),
  /** Share of requests answered with 5xx in two of three minutes. @default 1 % */
  serverErrorPercent: v.optional(whole(1, 100), 1),
  /** Notifications a minute whose signature is wrong, WeChat's own probes not counted. @default 5 */
  unverifiedPerMinute: v.optional(whole(1, 10_000), 5),
  /** Payments created within half an hour without any notification. @default 20 */
  silentPayments: v.optional(whole(1, 100_000), 20),
  /** Days before the merchant certificate expires. @default 30 */
  merchantCertificateDays: v.optional(whole(1, 365), 30),
  /** Days before the last platform certificate expires; WeChat publishes the next one at least a day before. @default 10 */
  platformKeyDays: v.optional(whole(1, 365), 10),
  /** Lambda functions of the whole account at work at once. @default 80 % of accountConcurrency */
  concurrentExecutions: v.optional(whole(1, 100_000)),
})

export type DomainSettings = v.InferOutput<typeof Domain>
