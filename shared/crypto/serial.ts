/** Serial numbers of certificates: tools print the same number in upper or lower case, with a leading zero byte or without its first zero. */

const HEX = /^[0-9A-Fa-f]{1,64}$/

/** The one spelling that serials are compared in: upper case, whole bytes, no zero byte in front. Other text stays as it is. */
export function normalSerial(serial: string): string {
  if (!HEX.test(serial)) return serial
  const digits = serial.replace(/^0+/, '').toUpperCase()
  return digits.length % 2 === 0 ? digits : `0${digits}`
}

/** Whether both name the same certificate. */
export function sameSerial(one: string, other: string): boolean {
  return normalSerial(one) === normalSerial(other)
}
