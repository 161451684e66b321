/** What a running simulator shows of Alipay. */
import type { AlipayControl } from './control-client.ts'
import type { AlipayKeyBundle } from './keys.ts'

export interface AlipayOnShow {
  readonly appId: string
  readonly sellerId: string
  /** In place of `https://openapi.alipay.com/gateway.do`. */
  readonly gatewayUrl: string
  readonly control: AlipayControl
  /** All key material as it is now. */
  keys(): AlipayKeyBundle
}
