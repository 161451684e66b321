/** The floor: what nobody who reads a notification can leave out, with keys that are loaded, and nothing checked beside. */
import { createDecipheriv, createPublicKey, createSecretKey, verify } from 'node:crypto'
import type { Sample, SampleDelivery } from './sample.ts'

const TAG_BYTES = 16

export function createFloor({ publicPem, apiV3Key }: Sample) {
  const publicKey = createPublicKey(publicPem)
  const key = createSecretKey(Buffer.from(apiV3Key, 'utf8'))
  return ({ headers, body }: SampleDelivery): unknown => {
    const message = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`
    const signature = Buffer.from(headers['wechatpay-signature'] ?? '', 'base64')
    if (!verify('sha256', Buffer.from(message, 'utf8'), publicKey, signature))
      throw new Error('the floor: the signature is wrong')
    const { resource } = JSON.parse(body)
    const sealed = Buffer.from(resource.ciphertext, 'base64')
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', key, resource.nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(resource.associated_data, 'utf8'))
    decipher.setAuthTag(sealed.subarray(end))
    return JSON.parse(decipher.update(sealed.subarray(0, end), undefined, 'utf8') + decipher.final('utf8'))
  }
}
