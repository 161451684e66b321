/** Decides whether a downloaded certificate may become a platform key. Its list is authenticated by AEAD and signature before. */
import { sameSerial } from '#shared/crypto/serial.ts'
import { loadCertificate } from '#shared/crypto/rsa.ts'
import type { PlatformCertificate } from '#shared/wechat/wechat-pay.ts'

/** Tenpay's certificate authority issues all platform certificates (`O=Tenpay.com`). */
const ISSUER_ORGANISATION = /(?:^|\n)O=Tenpay\.com(?:\n|$)/

/** @returns why it is refused, or undefined when it is good. A certificate that only becomes valid later is good. */
export function checkCertificate({ serial_no, pem }: PlatformCertificate, now: number): string | undefined {
  try {
    const { serial, issuer, notAfter } = loadCertificate(pem)
    if (!sameSerial(serial, serial_no)) return 'its own serial differs from serial_no'
    if (!ISSUER_ORGANISATION.test(issuer)) return 'its issuer is not Tenpay.com'
    return notAfter <= now ? 'it has expired' : undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}
