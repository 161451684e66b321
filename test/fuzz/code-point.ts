/** Text of any code points, as the unit `binary` of fast-check gives it, which makes a table of all 1.1 million of them first. */
import fc from 'fast-check'

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800
const LAST = 0x10ffff

/** One code point that is no surrogate. */
export const codePoint = fc.nat(LAST - SURROGATES).map(
  (at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined
    if (code === undefined || text !== String.fromCodePoint(code) || isSurrogate(code))
      throw new RangeError('no single code point')
    return code < FIRST_SURROGATE ? code : code - SURROGATES
  },
)

function isSurrogate(code: number): boolean {
  return code >= FIRST_SURROGATE && code < FIRST_SURROGATE + SURROGATES
}
