/** Alipay (支付宝) in a stage. */
import * as v from 'valibot'
import { address, secretArn, text } from '#infra/rules/setting-rules.ts'
import { alipayGatewayProblem, formatAlipaySettings } from '#shared/alipay-settings.ts'
import { NOTIFY_ALIPAY_PATH } from '#shared/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { NOTIFY_TIMEOUT_MS } from '#shared/time-limits.ts'
import { ANSWERED_AT_ONCE } from './channel.ts'
import type { Channel } from './channel.ts'

/** An application of Alipay. */
const Application = v.strictObject({
  appId: text('must be an app_id of Alipay: 16 digits', /^[0-9]{16}$/),
  /** The merchant's number there (PID), which notifications are compared with. @default they are not */
  sellerId: v.optional(text('must be a PID of Alipay: 2088 and 12 digits', /^2088[0-9]{12}$/)),
  /** Its sandbox is https://openapi-sandbox.dl.alipaydev.com/gateway.do. @default Alipay's gateway */
  gatewayUrl: v.optional(address(alipayGatewayProblem), 'https://openapi.alipay.com/gateway.do'),
})

export const ALIPAY_SETTINGS = {
  /** Payments by Alipay, beside those by WeChat or alone. Its key and certificates go into secrets of their own. @default none: nothing of it is deployed */
  alipay: v.optional(Application),
}
type Settings = v.InferOutput<v.ObjectSchema<typeof ALIPAY_SETTINGS, undefined>>

export const ALIPAY_EXISTING = { alipaySigningSecret: secretArn, alipayKeysSecret: secretArn }

/** Who signs for Alipay, and verifies what it says. */
const CALLERS: readonly Operation[] = [
  'prepay',
  'query',
  'close',
  'refund',
  'notify-alipay',
  'sweep',
  'reconcile',
]
/** Who has to know whose orders there are, and calls nobody. */
const KNOWS_ACCOUNT: readonly Operation[] = ['list', 'hold', 'settle']

export const ALIPAY = {
  label: 'Alipay',
  name: 'Alipay',
  asked: 'alipay',
  isIn: ({ alipay }) => alipay !== undefined,
  problems: () => [],
  only: [],
  queues: [],
  notifier: 'notify-alipay',
  checked: undefined,
  functions: {
    'notify-alipay': {
      description: 'Verifies notifications of Alipay and stores them as facts',
      timeoutMs: NOTIFY_TIMEOUT_MS,
      memoryMb: 512,
    },
  },
  secretsId: 'AlipaySecrets',
  secrets: [
    // Signs calls, and what the payer's client brings.
    { name: 'alipaySigning', id: 'Signing', holds: 'private key and certificates of the app' },
    // Verifies answers and notifications.
    { name: 'alipayKeys', id: 'Keys', holds: 'public keys or certificates of Alipay' },
  ],
  callers: CALLERS,
  environmentOf: (operation, { settings: { alipay }, secretArn: arnOf }) => {
    const calls = CALLERS.includes(operation)
    if (alipay === undefined || !(calls || KNOWS_ACCOUNT.includes(operation))) return {}
    const WXPAY_ALIPAY = formatAlipaySettings(alipay)
    if (!calls) return { WXPAY_ALIPAY }
    return {
      WXPAY_ALIPAY,
      ALIPAY_SIGNING_SECRET_ID: arnOf('alipaySigning'),
      ALIPAY_KEYS_SECRET_ID: arnOf('alipayKeys'),
    }
  },
  notifyPath: NOTIFY_ALIPAY_PATH,
  outputs: ({ alipay }, notifyBaseUrl) =>
    alipay === undefined
      ? {}
      : {
          AlipayAppId: alipay.appId,
          AlipayGatewayUrl: alipay.gatewayUrl,
          NotifyAlipayUrl: `${notifyBaseUrl}${NOTIFY_ALIPAY_PATH}`,
        },
  replaced: {
    '#shared/lambda/alipay-account.ts': 'shared/lambda/no-channel.ts',
    '#shared/lambda/alipay-ports.ts': 'shared/lambda/no-channel.ts',
  },
  acknowledgements: [
    {
      rule: 'AwsSolutions-APIG4',
      at: /^Http\/POST --alipay--notify$/,
      reason:
        'Alipay cannot sign for IAM and has no token: notify-alipay verifies the RSA signature over the raw bytes of every request.',
    },
    {
      rule: 'AwsSolutions-SMG4',
      at: /^AlipaySecrets\/(?:Signing|Keys)$/,
      reason:
        "Keys of the app and of Alipay are changed in Alipay's portal only, by hand; old and new ones stand side by side.",
    },
    { rule: 'Serverless-LambdaDLQ', at: /^NotifyAlipay\//, reason: ANSWERED_AT_ONCE },
  ],
} as const satisfies Channel<Settings, 'alipaySigning' | 'alipayKeys'>
