/** A merchant's own client, by either way. */
import { WechatPayments } from '#client/wechat-payments.ts'
import type { LocalStack } from '#local/stack-options.ts'

export type Merchant = Pick<WechatPayments, 'createPayment' | 'queryPayment' | 'createRefund'>

/** By the HTTP API. */
export function overHttp({ apiUrl: url, description }: LocalStack): Merchant {
  const { region } = description
  return new WechatPayments({ url, region, credentials: credentialsOf(description) })
}

/** Without it: the functions are invoked at Lambda. */
export function atLambda({ description }: LocalStack): Merchant {
  const { merchant_functions: functions, endpoints } = description
  if (functions === undefined) throw new Error('the stack gives out no functions for merchants')
  const { lambda: endpoint } = endpoints
  return new WechatPayments({ functions, endpoint, credentials: credentialsOf(description) })
}

function credentialsOf({ credentials }: LocalStack['description']) {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = credentials
  return { accessKeyId, secretAccessKey }
}
