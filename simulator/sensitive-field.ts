/** Opens fields that a merchant encrypted for WeChat, and seals fields for a merchant (doc partner/4013059053): RSA-OAEP with SHA-1. */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { sameSerial } from '#shared/crypto/serial.ts'
import { ApiError } from './api-error.ts'
import type { Keys } from './keys.ts'

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const

/** The private key to what the merchant names in `Wechatpay-Serial`. @throws ApiError when that is none of WeChat's, or absent. */
export function keyOfWechatpaySerial(keys: Keys, serial: string | undefined): KeyObject {
  const named = serial ?? ''
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
export function openField(key: KeyObject, field: string, ciphertext: string): string {
  try {
    return privateDecrypt({ key, ...OAEP }, Buffer.from(ciphertext, 'base64')).toString('utf8')
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', `字段“${field}”解密失败`, {
      detail: {
        field: `/${field}`,
        issue: 'not encrypted with the key that Wechatpay-Serial names',
        location: 'body',
      },
    })
  }
}

/** Encrypts for the merchant whose certificate holds this key. */
export function sealField(key: KeyObject, text: string): string {
  return publicEncrypt({ key, ...OAEP }, Buffer.from(text, 'utf8')).toString('base64')
}
