/** What is wrong with the headers around a signature: missing, changed, too old, or an unknown serial. */
import type { PlatformKey, PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { kindOf } from '#shared/crypto/keys.ts'
import { CLOCK_TOLERANCE_SECONDS, SCHEMAS } from '#shared/wechat/trust/signature.ts'
import type { Headers } from '#shared/received.ts'
import type { Finding } from './finding.ts'
import { normalSerial } from '#cli/setup/merchant-keys.ts'
import { timeText } from '#cli/terminal/output.ts'

const REQUIRED = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']

export interface HeaderContext {
  readonly platform: readonly PlatformKey[]
  readonly merchant: PlatformKeyRecord | undefined
  /** Epoch ms. */
  readonly now: number
}

/** The one value of a header, undefined when it is missing or there are several. */
export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function explainHeaders(headers: Headers, context: HeaderContext): readonly Finding[] {
  return [
    ...REQUIRED.flatMap((name) => presence(headers, name)),
    ...signatureType(headers, context.platform),
    ...clock(headers, context.now),
    ...serial(headers, context),
  ]
}

function presence(headers: Headers, name: string): readonly Finding[] {
  const value = headers[name.toLowerCase()]
  if (value === undefined || value === '') {
    return [
      header(
        `${name} is missing`,
        'WeChat sends all four Wechatpay- headers: find out which proxy drops them, or whether the sender is WeChat at all',
      ),
    ]
  }
  if (typeof value !== 'string' || value.includes(',')) {
    return [header(`${name} is there more than once`, 'pass on exactly the headers that came')]
  }
  if (name !== 'Wechatpay-Signature' && /[^\x21-\x7e]/.test(value)) {
    return [header(`${name} has blanks or control characters in it`, 'pass the header on exactly as it came')]
  }
  return []
}

function signatureType(headers: Headers, platform: readonly PlatformKey[]): readonly Finding[] {
  const { 'wechatpay-signature-type': type = SCHEMAS.rsa } = headers
  if (type !== SCHEMAS.rsa && type !== SCHEMAS.sm2) {
    return [
      header(
        `Wechatpay-Signature-Type is neither ${SCHEMAS.rsa} nor ${SCHEMAS.sm2}`,
        'pass the header on exactly as it came; WeChat knows no other',
      ),
    ]
  }
  const key = platform.find(({ serial }) => serial === headerText(headers, 'wechatpay-serial'))
  if (key === undefined || SCHEMAS[kindOf(key.publicKey)] === type) return []
  return [
    header(
      `Wechatpay-Signature-Type says ${type}, and the key ${key.serial} is of ${kindOf(key.publicKey).toUpperCase()}`,
      'type and serial belong to the same key: pass both headers on exactly as they came (no type means RSA)',
    ),
  ]
}

function clock(headers: Headers, now: number): readonly Finding[] {
  const timestamp = headerText(headers, 'wechatpay-timestamp')
  if (timestamp === undefined) return []
  if (/^\d{13}$/.test(timestamp)) {
    return [
      header('Wechatpay-Timestamp is in milliseconds', 'it is seconds since 1970, exactly as in the header'),
    ]
  }
  if (!/^[1-9]\d{0,10}$/.test(timestamp)) {
    return [header('Wechatpay-Timestamp is not a number of seconds', 'pass the header on exactly as it came')]
  }
  const apart = Math.floor(now / 1000) - Number(timestamp)
  if (Math.abs(apart) <= CLOCK_TOLERANCE_SECONDS) return []
  return [
    {
      element: 'clock',
      problem: `it was signed at ${timeText(Number(timestamp) * 1000)}, ${Math.abs(apart)} s ${apart > 0 ? 'before' : 'after'} ${timeText(now)}; ${CLOCK_TOLERANCE_SECONDS} s are allowed`,
      remedy:
        "for a capture, say when it was received with --at; else set this machine's clock by NTP, or refuse the replay",
    },
  ]
}

function serial(headers: Headers, { platform, merchant, now }: HeaderContext): readonly Finding[] {
  const given = headerText(headers, 'wechatpay-serial')
  if (given === undefined) return []
  const key = platform.find((candidate) => candidate.serial === given)
  if (key !== undefined) return validity(key, now)
  const meant = platform.find((candidate) => sameSerial(candidate.serial, given))
  if (meant !== undefined) {
    return [
      finding(
        `the serial was changed on the way: it should read ${meant.serial}`,
        'compare serials exactly, prefix and case included',
      ),
    ]
  }
  if (merchant !== undefined && normalSerial(given) === merchant.serial) {
    return [
      finding(
        "the serial is that of the merchant's own certificate",
        "WeChat signs with its own keys: look the header's serial up among the platform keys",
      ),
    ]
  }
  return [
    finding(
      `no platform key with the serial ${given} is known; known are ${platform.map((known) => known.serial).join(', ') || 'none'}`,
      given.startsWith('PUB_KEY_ID_')
        ? 'enter the WeChat Pay public key with wxpay setup'
        : 'download the platform certificates with wxpay keys rotate',
    ),
  ]
}

function validity({ serial: known, notBefore, notAfter }: PlatformKey, now: number): readonly Finding[] {
  if (notAfter <= now) {
    return [
      finding(
        `the platform certificate ${known} expired on ${timeText(notAfter)}`,
        'download the current ones with wxpay keys rotate',
      ),
    ]
  }
  if (notBefore <= now) return []
  return [
    finding(
      `the platform certificate ${known} is valid only from ${timeText(notBefore)}`,
      "check this machine's clock",
    ),
  ]
}

/** Equal but for prefix, case and separators. */
function sameSerial(a: string, b: string): boolean {
  const bare = (text: string) => normalSerial(text).replace(/^PUB_KEY_ID_/, '')
  return bare(a) === bare(b)
}

function header(problem: string, remedy: string): Finding {
  return { element: 'header', problem, remedy }
}

function finding(problem: string, remedy: string): Finding {
  return { element: 'serial', problem, remedy }
}
