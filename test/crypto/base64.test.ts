import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '#shared/crypto/base64.ts'

describe('decodeBase64', () => {
  it('decodes canonical text', () => {
    expect(decodeBase64('aGVsbG8=')).toEqual(Buffer.from('hello'))
    expect(decodeBase64('+/+/')).toEqual(Buffer.from([0xfb, 0xff, 0xbf]))
    expect(decodeBase64('')).toEqual(Buffer.alloc(0))
  })

  it.each([
    ['characters that Node skips', 'aGVs!!bG8='],
    ['a newline at the end', 'aGVsbG8=\n'],
    ['a blank', 'aGVs bG8='],
    ['missing padding', 'aGVsbG8'],
    ['too much padding', 'aGVsbG8=='],
    ['padding in the middle', 'aGVs=bG8'],
    ['the url-safe alphabet', '-_-_'],
    ['non-zero bits behind the end', 'aGVsbG9='],
    ['a lone character', 'A'],
    ['letters outside ASCII', 'aGVsbG8é'],
    // Node takes it for A, its lower byte: here nothing is skipped, and the length is right.
    ['letters outside Latin among others', '1\u0141+w9AAw'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  it('is the inverse of encoding and accepts nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(decodeBase64(text)).toEqual(Buffer.from(bytes))
      }),
    )
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('A', 'Q', 'g', 'w', '0', '9', '+', '/', '=', '-', '_', ' ', '\n'),
        }),
        (text) => {
          const bytes = decodeBase64(text)
          expect(bytes === undefined || bytes.toString('base64') === text).toBe(true)
        },
      ),
    )
  })
})
