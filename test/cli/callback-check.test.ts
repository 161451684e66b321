/** What comes back of a sealed text, in both spellings, and sealing itself. */
import { expect, it } from 'vitest'
import { sealedEcho } from '#shared/wechat/v3/security-echo.ts'
import { openField, sealField } from '#shared/crypto/keys.ts'
import { sealableBytes } from '#shared/crypto/oaep.ts'
import { makeKeyPair } from '#test/support/wechat-keys.ts'

it('reads the sealed field in both spellings', () => {
  expect(sealedEcho({ encrypted_echo_message: 'a' })).toBe('a')
  expect(sealedEcho({ encrypt_echo_message: 'b' })).toBe('b')
  expect(sealedEcho({ echo_message: 'c' })).toBeUndefined()
})

it('opens only what was sealed for its key, and seals no more than fits', () => {
  const { publicKey, privateKey } = makeKeyPair()
  const sealed = sealField(publicKey, '卡号')
  expect(openField(privateKey, sealed)).toBe('卡号')
  expect(openField(makeKeyPair().privateKey, sealed)).toBeUndefined()
  expect(sealableBytes(publicKey)).toBe(214)
  expect(() => sealField(publicKey, 'x'.repeat(215))).toThrow(RangeError)
})
