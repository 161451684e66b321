/** WeChat Pay in a stage. */
import * as v from 'valibot'
import { address, secretArn, text } from '#infra/rules/setting-rules.ts'
import { apiUrlProblem } from '#shared/addresses.ts'
import { NOTICE_PREFIX, NOTICE_WISHES } from '#shared/notice-types.ts'
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_PATH, NOTIFY_REFUND_V2_PATH } from '#shared/operations.ts'
import { NOTIFY_TIMEOUT_MS } from '#shared/time-limits.ts'
import { ANSWERED_AT_ONCE } from './channel.ts'
import type { Channel } from './channel.ts'

export const WECHAT_SETTINGS = {
  /** WeChat Pay merchant number. @default none: nothing of WeChat Pay is deployed */
  mchid: v.optional(text('must be 8 to 32 digits', /^[0-9]{8,32}$/)),
  /** The appids that this merchant takes payments for. @default none, as mchid */
  appids: v.optional(
    v.pipe(
      v.array(
        text('must be an appid (wx and up to 30 letters, digits, - or _)', /^wx[0-9a-zA-Z_-]{1,30}$/),
        'must be a list of appids',
      ),
      v.minLength(1, 'must hold at least one appid'),
      v.maxLength(50, 'must hold at most 50 appids'),
      v.check((appids) => new Set(appids).size === appids.length, 'must not name an appid twice'),
    ),
  ),
  /**
   * The notifications besides payments and refunds that somebody subscribes to, by the beginning of their event type: `event` to
   * hear of them, `content` to get what WeChat wrote as well, which may name people. All others are stored and published too,
   * and an alarm tells of them. @default none
   */
  notices: v.optional(
    v.record(
      text('must name beginnings of event types, as in COMPLAINT.', NOTICE_PREFIX),
      v.picklist(NOTICE_WISHES, 'must be event or content'),
      'must be a group of beginnings of event types',
    ),
    {},
  ),
  /** WeChat Pay's API. @default the nearest access point in mainland China */
  wechatApiUrl: v.optional(address(apiUrlProblem), 'https://api.mch.weixin.qq.com'),
  /** Its other access point, for when the first fails. @default WeChat's backup domain */
  wechatApiBackupUrl: v.optional(address(apiUrlProblem), 'https://api2.mch.weixin.qq.com'),
}
type Settings = v.InferOutput<v.ObjectSchema<typeof WECHAT_SETTINGS, undefined>>

export const WECHAT_EXISTING = {
  merchantSigningSecret: secretArn,
  apiV3KeySecret: secretArn,
  apiV2KeySecret: secretArn,
  platformKeysSecret: secretArn,
}

const REFRESH_HOLDS_NOTHING =
  'A request to refresh holds nothing: whoever still misses a key asks again a minute later.'

export const WECHAT = {
  label: 'WeChat Pay',
  name: 'WeChat',
  asked: 'mchid and appids',
  isIn: ({ mchid, appids }) => mchid !== undefined || appids !== undefined,
  problems: ({ mchid, appids }) => {
    if (mchid === undefined) return ['mchid must be given with appids: WeChat Pay needs both']
    return appids === undefined ? ['appids must be given with mchid: WeChat Pay needs both'] : []
  },
  only: [
    'notices',
    'wechatApiUrl',
    'wechatApiBackupUrl',
    'reserveNotify',
    'thresholds.merchantCertificateDays',
    'thresholds.platformKeyDays',
  ],
  queues: ['keyRefreshQueue'],
  notifier: 'notify',
  checked: 'notify',
  functions: {
    notify: {
      description: 'Verifies notifications of WeChat and stores them as facts',
      timeoutMs: NOTIFY_TIMEOUT_MS,
      memoryMb: 512,
    },
    'notify-v2': {
      description: 'Takes refund notices of the merchant platform, and asks WeChat for what they name',
      timeoutMs: NOTIFY_TIMEOUT_MS,
      memoryMb: 512,
    },
    'rotate-certs': {
      description: 'Refreshes the platform keys of WeChat',
      timeoutMs: 60_000,
      memoryMb: 256,
    },
  },
  secretsId: 'Secrets',
  secrets: [
    // Signs requests.
    {
      name: 'merchantSigning',
      id: 'MerchantSigning',
      holds: 'private key and serial of the merchant API certificate',
    },
    // Decrypts notifications and certificates.
    { name: 'apiV3Key', id: 'ApiV3Key', holds: 'current and previous APIv3 key' },
    // May stay empty.
    {
      name: 'apiV2Key',
      id: 'ApiV2Key',
      holds: 'APIv2 key, for notices of refunds made on the merchant platform (optional)',
    },
    // Verifies answers and notifications.
    { name: 'platformKeys', id: 'PlatformKeys', holds: 'platform certificates and public keys by serial' },
  ],
  // The table of operations says who needs which.
  callers: [],
  environmentOf: () => ({}),
  notifyPath: NOTIFY_PAYMENT_PATH,
  outputs: ({ mchid = '', wechatApiUrl, wechatApiBackupUrl }, notifyBaseUrl) => ({
    Mchid: mchid,
    WechatApiUrl: wechatApiUrl,
    WechatApiBackupUrl: wechatApiBackupUrl,
    NotifyPaymentUrl: `${notifyBaseUrl}${NOTIFY_PAYMENT_PATH}`,
    NotifyRefundUrl: `${notifyBaseUrl}${NOTIFY_REFUND_PATH}`,
    NotifyRefundV2Url: `${notifyBaseUrl}${NOTIFY_REFUND_V2_PATH}`,
  }),
  replaced: {
    '#shared/lambda/wechat-account.ts': 'shared/lambda/no-channel.ts',
    '#shared/lambda/wechat-ports.ts': 'shared/lambda/no-channel.ts',
  },
  acknowledgements: [
    {
      rule: 'AwsSolutions-APIG4',
      at: /^Http\/POST --wechatpay--notify--(?:payment|refund|refund-v2)$/,
      reason:
        'WeChat cannot sign for IAM and has no token: notify verifies the RSA signature over the raw bytes of every request, and notify-v2 believes nothing that it is sent: it asks WeChat.',
    },
    {
      rule: 'AwsSolutions-SMG4',
      at: /^Secrets\/ApiV2Key$/,
      reason:
        'Optional, and changed in the merchant platform only, by hand: the operator rotates it with the runbook.',
    },
    {
      rule: 'AwsSolutions-SMG4',
      at: /^Secrets\/(?:MerchantSigning|ApiV3Key)$/,
      reason:
        'WeChat changes these keys in its merchant platform only, by hand and with an SMS code: the operator rotates them with the runbook.',
    },
    {
      rule: 'AwsSolutions-SMG4',
      at: /^Secrets\/PlatformKeys$/,
      reason:
        'rotate-certs writes a new version every six hours if WeChat has new keys; the rotation of Secrets Manager would write one without a need.',
    },
    { rule: 'AwsSolutions-SQS3', at: /^Queues\/KeyRefresh\//, reason: REFRESH_HOLDS_NOTHING },
    { rule: 'Serverless-SQSRedrivePolicy', at: /^Queues\/KeyRefresh\//, reason: REFRESH_HOLDS_NOTHING },
    { rule: 'Serverless-LambdaDLQ', at: /^Notify(?:V2)?\//, reason: ANSWERED_AT_ONCE },
  ],
} as const satisfies Channel<Settings, 'merchantSigning' | 'apiV3Key' | 'apiV2Key' | 'platformKeys'>
