/** What a simulated Alipay can be told when it starts. */

export const ALIPAY_MODES = ['public_key', 'certificate'] as const
/** Whether answers and notifications are verified by a bare public key or by certificates. */
export type AlipayMode = (typeof ALIPAY_MODES)[number]

export interface AlipayOptions {
  readonly appId: string
  /** The merchant's number (PID). Default 2088531891668739. */
  readonly sellerId?: string
  /** Port of the gateway; 0, the default, takes any free one. */
  readonly port?: number
  /** Default `certificate`. */
  readonly mode?: AlipayMode
}
