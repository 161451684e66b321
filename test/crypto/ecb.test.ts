import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decryptEcb, loadApiV2Key } from '#shared/crypto/ecb.ts'
import { KeyError } from '#shared/crypto/rsa.ts'

// tests/lib/hash.test.js of TheNorthMemory/wechatpay-axios-plugin: the MD5 of this key is 4ad14ac334ab13540eb6c5479512a8e8.
const TEXT = 'exposedXyourXkeyXhereXhaveXrisks'
const key = loadApiV2Key(TEXT)

function sealed(text: string, digest = key.export()): string {
  const cipher = createCipheriv('aes-256-ecb', digest, null)
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
}

describe('AES-256-ECB', () => {
  it('opens under the 32 characters of the MD5 of the APIv2 key, with its leading zeros', () => {
    expect(key.export().toString()).toMatch(/^[0-9a-f]{32}$/)
    expect(decryptEcb([key], sealed('hello, 世界')).map(String)).toEqual(['hello, 世界'])
    const zeros = Array.from({ length: 400 }, (_, index) => loadApiV2Key(String(index).padStart(32, 'k')))
    expect(zeros.every((one) => one.export().length === 32)).toBe(true)
    expect(zeros.some((one) => one.export().toString().startsWith('0'))).toBe(true)
  })

  it('gives what each key makes of it: a wrong one may fit by chance', () => {
    const others = Array.from({ length: 40 }, (_, index) => loadApiV2Key(`${index}x`.padStart(32, 'k')))
    const texts = others.flatMap((other) => decryptEcb([other, key], sealed('hello')).map(String))
    expect(texts.filter((text) => text === 'hello')).toHaveLength(others.length)
    expect(decryptEcb([], sealed('hello'))).toEqual([])
  })

  it.each(['', 'aGVsbG8=', 'no base64', `${sealed('hello')}!`, sealed('hello').slice(0, -4)])(
    'is not tried on %j',
    (text) => {
      expect(decryptEcb([key], text)).toEqual([])
    },
  )

  it.each(['', 'x'.repeat(31), 'x'.repeat(33), `${'x'.repeat(31)}-`, '密'.repeat(32)])(
    'takes no key like %j',
    (text) => {
      expect(() => loadApiV2Key(text)).toThrow(KeyError)
    },
  )
})
