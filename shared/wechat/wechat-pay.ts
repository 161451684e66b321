/** WeChat Pay APIv3: the payment channel, with the certificates that it alone hands out. */
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'

/** One item of `GET /v3/certificates`, decrypted. */
export interface PlatformCertificate {
  readonly serial_no: string
  readonly pem: string
}

export interface WechatPay extends Required<PaymentChannel> {
  /** Empty list: this merchant has no platform certificates (public-key mode). */
  downloadCertificates(options?: CallOptions): Promise<readonly PlatformCertificate[]>
}
