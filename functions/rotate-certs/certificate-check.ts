/** Decides whether a downloaded certificate may become a platform key. Its list is authenticated by AEAD and signature before. */
import { sameSerial } from '#shared/crypto/serial.ts'
import { kindOf, loadCertificate } from '#shared/crypto/keys.ts'
import type { PlatformCertificate } from '#shared/wechat/wechat-pay.ts'

/** Tenpay's own authority issues the platform certificates of RSA. Those of SM2 come from public ones, and name Tenpay as their subject. */
const TENPAY = /(?:^|\n)O=Tenpay\.com(?:\n|$)/

/** @returns why it is refused, or undefined when it is good. A certificate that only becomes valid later is good. */
export function checkCertificate({ serial_no, pem }: PlatformCertificate, now: number): string | undefined {
  try {
    const { serial, publicKey, issuer, subject, notAfter } = loadCertificate(pem)
    if (!sameSerial(serial, serial_no)) return 'its own serial differs from serial_no'
    if (kindOf(publicKey) === 'sm2' && !TENPAY.test(subject)) return 'its subject is not Tenpay.com'
    if (kindOf(publicKey) === 'rsa' && !TENPAY.test(issuer)) return 'its issuer is not Tenpay.com'
    return notAfter <= now ? 'it has expired' : undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}
