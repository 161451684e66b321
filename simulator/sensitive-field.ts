/** Opens fields that a merchant encrypted for WeChat (doc partner/4013059053). */
import { openField as openSealed } from '#shared/crypto/keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import { sameSerial } from '#shared/crypto/serial.ts'
import { ApiError } from './api-error.ts'
import type { Keys } from './keys.ts'

/** The private key to what the merchant names in `Wechatpay-Serial`. @throws ApiError when that is none of WeChat's, or absent. */
export function keyOfWechatpaySerial(keys: Keys, serial: string | undefined): PrivateKey {
  const named = serial ?? ''
  if (keys.sm2 !== undefined && sameSerial(keys.sm2.signer.serial, named)) return keys.sm2.signer.privateKey
  const certificates = keys.mode === 'public_key' ? [] : keys.platform
  const found =
    keys.mode !== 'certificate' && named === keys.publicKey.id
      ? keys.publicKey
      : certificates.find((certificate) => sameSerial(certificate.serial, named))
  if (found !== undefined) return found.privateKey
  throw new ApiError(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', {
    detail: {
      field: 'Wechatpay-Serial',
      issue: 'not a key of WeChat Pay for this merchant',
      location: 'header',
    },
  })
}

/** What was encrypted. @throws ApiError naming the field when the key does not open it. */
export function openField(key: PrivateKey, field: string, ciphertext: string): string {
  const text = openSealed(key, ciphertext)
  if (text !== undefined) return text
  throw new ApiError(400, 'PARAM_ERROR', `字段“${field}”解密失败`, {
    detail: {
      field: `/${field}`,
      issue: 'not encrypted with the key that Wechatpay-Serial names',
      location: 'body',
    },
  })
}
