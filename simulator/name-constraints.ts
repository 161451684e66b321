/** The X.509 extension that keeps an authority to certain names (RFC 5280, 4.2.1.10), which node-forge does not write. */
import { isIP, isIPv4 } from 'node:net'

export const NAME_CONSTRAINTS_OID = '2.5.29.30'

const SEQUENCE = 0x30
const PERMITTED_SUBTREES = 0xa0
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

/** The value of the extension: these names with what is below them, and exactly these addresses. */
export function permitOnly(names: readonly string[]): Buffer {
  const subtrees = names.map((name) =>
    der(SEQUENCE, isIP(name) === 0 ? der(DNS_NAME, Buffer.from(name)) : address(name)),
  )
  return der(SEQUENCE, der(PERMITTED_SUBTREES, Buffer.concat(subtrees)))
}

function address(text: string): Buffer {
  const bytes = isIPv4(text) ? text.split('.').map(Number) : bytesOfIPv6(text)
  const mask = bytes.map(() => 0xff)
  return der(IP_ADDRESS, Buffer.from([...bytes, ...mask]))
}

function bytesOfIPv6(text: string): readonly number[] {
  // A URL writes an address in its one shortest form, in hex throughout.
  const [before = '', after = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const words = (part: string): readonly number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16))
  const [head, tail] = [words(before), words(after)]
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0)
  return [...head, ...zeros, ...tail].flatMap((word) => [Math.trunc(word / 256), word % 256])
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.trunc(length / 256), length % 256]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
