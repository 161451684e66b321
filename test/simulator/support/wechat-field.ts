/** Encrypts fields for WeChat as the documents tell a merchant to. */
import { constants, publicEncrypt } from 'node:crypto'

export function encrypted(pem: string, text: string, oaepHash = 'sha1'): string {
  const key = { key: pem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
  return publicEncrypt(key, Buffer.from(text)).toString('base64')
}
