/** Which variables of the table of operations a stage may lack. */
import { CHANNEL_OF } from './operations.ts'
import type { Operation, VariableOf } from './operations.ts'

/**
 * What a stage without WeChat Pay tells no function: all of it or nothing. Settings of other channels are in no row of the table,
 * for each channel reads its own.
 */
export const WECHAT_VARIABLES = [
  'WXPAY_MCHID',
  'WXPAY_APPIDS',
  'WXPAY_NOTICE_TYPES',
  'WXPAY_API_URL',
  'WXPAY_API_BACKUP_URL',
  'MERCHANT_SIGNING_SECRET_ID',
  'PLATFORM_KEYS_SECRET_ID',
  'APIV3_KEY_SECRET_ID',
  'APIV2_KEY_SECRET_ID',
  'KEY_REFRESH_QUEUE_URL',
] as const satisfies readonly VariableOf[]

export type WechatVariable = (typeof WECHAT_VARIABLES)[number]

/** Of the variables of an operation, those that it lacks in a stage without WeChat Pay. */
export type WechatVariableOf<Name extends Operation> = Name extends keyof typeof CHANNEL_OF
  ? never
  : Extract<VariableOf<Name>, WechatVariable>

/** Whether a stage without WeChat Pay has the operation, but not the variable. */
export function isLacked(operation: Operation, variable: VariableOf): boolean {
  return !(operation in CHANNEL_OF) && WECHAT_VARIABLES.some((name) => name === variable)
}
