/** Numbers and names in the forms that WeChat hands out; the source of randomness is given. */
import { beijingTime } from './beijing-time.ts'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export interface Ids {
  /** `length` characters of `[0-9A-Za-z]`. */
  text(length: number): string
  /** 28 digits, never the same twice. */
  transactionId(now: number): string
  /** 29 digits, never the same twice. */
  refundId(now: number): string
  /** Of profit sharing: 29 digits, never the same twice. */
  sharingOrderId(now: number): string
  /** 36 characters beginning with `wx` and the time. */
  prepayId(now: number): string
  /** A notification's id in the form of a UUID. */
  notificationId(): string
  /** `Request-ID`; `reason` is the numeric cause of an error. */
  requestId(reason: number): string
  /** How many numbers that never repeat were given out. */
  count(): number
}

/** Creates the source of ids. `random` gives numbers in [0, 1); `given` were given out by an earlier run. */
export function createIds(random: () => number, given = 0): Ids {
  let count = given
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('')
  const serial = (digits: number): string => {
    count += 1
    return String(count).padStart(digits, '0')
  }
  const hex = (length: number): string => pick('0123456789abcdef', length)
  const digitsOf = (now: number, length: number): string =>
    beijingTime(now).replaceAll(/\D/g, '').slice(0, length)
  return {
    text: (length) => pick(LETTERS, length),
    transactionId: (now) => `4200${pick('0123456789', 6)}${digitsOf(now, 8)}${serial(10)}`,
    refundId: (now) => `50${pick('0123456789', 9)}${digitsOf(now, 8)}${serial(10)}`,
    sharingOrderId: (now) => `30${pick('0123456789', 9)}${digitsOf(now, 8)}${serial(10)}`,
    prepayId: (now) => `wx${digitsOf(now, 14)}${pick(LETTERS, 10)}${serial(10)}`,
    notificationId: () => `${hex(8)}-${hex(4)}-5${hex(3)}-a${hex(3)}-${hex(12)}`,
    requestId: (reason) => `08${pick('0123456789ABCDEF', 26)}-${reason}`,
    count: () => count,
  }
}
