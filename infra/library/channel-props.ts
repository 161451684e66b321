/** The properties of `WechatPay` that are about one payment channel, and the secrets of each. */
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'

export interface ChannelProps {
  /** WeChat Pay merchant number: 8 to 32 digits. @default none: then `alipay` is required, and nothing of WeChat Pay is deployed */
  readonly mchid?: string | undefined
  /** The appids that this merchant takes payments for, 1 to 50. @default none, as mchid */
  readonly appids?: readonly string[] | undefined
  /** WeChat's notifications that somebody subscribes to besides payments and refunds, by the beginning of their type. @default none */
  readonly notices?: Readonly<Record<string, 'event' | 'content'>> | undefined
  /** WeChat Pay's API. @default 'https://api.mch.weixin.qq.com', the nearest access point in mainland China */
  readonly wechatApiUrl?: string | undefined
  /** Its other access point, for when the first fails. @default 'https://api2.mch.weixin.qq.com', WeChat's backup domain */
  readonly wechatApiBackupUrl?: string | undefined
  /** Payments by Alipay, beside those by WeChat or alone. @default none: nothing of it is deployed */
  readonly alipay?: AlipayProps | undefined

  /** Encrypted under `key`, as all secrets that exist. @default a new and empty secret */
  readonly merchantSigningSecret?: ISecret | undefined
  /** @default a new and empty secret */
  readonly apiV3KeySecret?: ISecret | undefined
  /** @default a new and empty secret */
  readonly apiV2KeySecret?: ISecret | undefined
  /** @default a new and empty secret */
  readonly platformKeysSecret?: ISecret | undefined
  /** @default a new and empty secret */
  readonly alipaySigningSecret?: ISecret | undefined
  /** @default a new and empty secret */
  readonly alipayKeysSecret?: ISecret | undefined
}

/** An application of Alipay (支付宝). */
export interface AlipayProps {
  /** 16 digits. */
  readonly appId: string
  /** The merchant's number there (PID), which notifications are compared with. @default they are not */
  readonly sellerId?: string | undefined
  /** @default 'https://openapi.alipay.com/gateway.do' */
  readonly gatewayUrl?: string | undefined
}

/** The secrets of the channels that there are. Beside the functions only the roles in `operatorRoleArns` can read them. */
export interface WechatPaySecrets {
  /** The merchant's private key and its serial. @default there is no WeChat Pay */
  readonly merchantSigning?: ISecret
  /** @default there is no WeChat Pay */
  readonly apiV3Key?: ISecret
  /** May stay empty. @default there is no WeChat Pay */
  readonly apiV2Key?: ISecret
  /** WeChat's certificates and public keys. @default there is no WeChat Pay */
  readonly platformKeys?: ISecret
  /** The private key of the app at Alipay, and its certificates. @default there is no Alipay */
  readonly alipaySigning?: ISecret
  /** Alipay's certificates or public keys. @default there is no Alipay */
  readonly alipayKeys?: ISecret
}
