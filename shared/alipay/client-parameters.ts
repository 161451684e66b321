/**
 * What a payer's client brings to Alipay: a link for page and wap, a text for the App SDK. Nothing is called for them: Alipay learns of the order when the payer opens it.
 */
import { given } from '#shared/given.ts'
import type { AlipayMethod, PrepayBody } from '#shared/orders/payment-channel.ts'
import type { Gateway } from './gateway.ts'
import { orderContent } from './order-content.ts'

export type ClientMethod = Exclude<AlipayMethod, 'precreate'>

/** For page and wap. */
export interface AlipayLink {
  /** Where the browser goes. */
  readonly pay_url: string
}

/** For `payOrder` of Alipay's App SDK. */
export interface AlipayAppOrder {
  readonly order_string: string
}

const CALLS: Readonly<Record<ClientMethod, { readonly method: string; readonly product_code: string }>> = {
  page_pay: { method: 'alipay.trade.page.pay', product_code: 'FAST_INSTANT_TRADE_PAY' },
  wap_pay: { method: 'alipay.trade.wap.pay', product_code: 'QUICK_WAP_WAY' },
  app_pay: { method: 'alipay.trade.app.pay', product_code: 'QUICK_MSECURITY_PAY' },
}

export interface ClientParameterDeps {
  readonly gateway: Pick<Gateway, 'parametersFor'>
  readonly gatewayUrl: string
}

/** Signs anew, for each answer. @throws ChannelError `not_sent` without keys, AppError for what Alipay does not take */
export async function clientParameters(
  { gateway, gatewayUrl }: ClientParameterDeps,
  way: ClientMethod,
  { body, expiresAt }: { readonly body: PrepayBody; readonly expiresAt?: number | undefined },
): Promise<AlipayLink | AlipayAppOrder> {
  const { method, product_code } = CALLS[way]
  const { notify_url, return_url } = body
  const signed = await gateway.parametersFor(method, {
    ...given({ notify_url, return_url: way === 'app_pay' ? undefined : return_url }),
    biz_content: orderContent(body, { expiresAt, product_code }),
  })
  const text = encoded(signed)
  return way === 'app_pay' ? { order_string: text } : { pay_url: `${gatewayUrl}?${text}` }
}

/** With `%20` for blanks, as Alipay's SDKs write it: the app reads it as no form. */
function encoded(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}
