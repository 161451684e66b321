/** Downloads the platform certificates (doc merchant/4012076511): decrypt, compare serials, and only then verify. */
import type { KeyObject } from 'node:crypto'
import * as v from 'valibot'
import { decryptResource } from '#shared/crypto/aead.ts'
import { KeyError, loadCertificate } from '#shared/crypto/rsa.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { invalidAnswer } from '#shared/wechat/call/read-answer.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { PlatformCertificate, WechatPay } from '#shared/wechat/wechat-pay.ts'
import { parseJson, text, token } from '#shared/wechat/wire-format.ts'

const MAX_CERTIFICATES = 100

const EncryptedCertificate = v.object({
  serial_no: text(64, /^[0-9A-F]+$/),
  encrypt_certificate: v.object({
    algorithm: token(32),
    nonce: v.string(),
    associated_data: v.literal('certificate'),
    ciphertext: v.string(),
  }),
})

const CertificateList = v.object({
  data: v.pipe(v.array(EncryptedCertificate), v.maxLength(MAX_CERTIFICATES)),
})

/**
 * The certificate part of the port.
 *
 * The list may be signed by a certificate that only the list holds. Its content is authenticated by the APIv3 key, so
 * the signature is checked with the known keys or with a certificate of the list itself; nothing is downloaded again.
 *
 * @param apiV3Keys the current key first.
 */
export function createCertificates(
  client: WechatClient,
  apiV3Keys: () => Promise<readonly KeyObject[]>,
): Pick<WechatPay, 'downloadCertificates'> {
  return {
    async downloadCertificates({ signal } = {}) {
      const keys = await loaded(apiV3Keys)
      try {
        const answer = await client.call({
          method: 'GET',
          path: '/v3/certificates',
          repeatable: true,
          signal,
          keysInAnswer: (body) => ringOf(openCertificates(body, keys)),
        })
        const certificates = openCertificates(answer.body, keys)
        if (certificates !== undefined) return certificates
        throw invalidAnswer(
          answer,
          'the certificates cannot be decrypted with the APIv3 key, or differ from their serials',
        )
      } catch (error) {
        if (isPublicKeyMerchant(error)) return []
        throw error
      }
    },
  }
}

/** The whole list decrypted, or undefined when any of it is not as it must be. */
function openCertificates(
  body: Uint8Array,
  keys: readonly KeyObject[],
): readonly PlatformCertificate[] | undefined {
  const list = parseJson(CertificateList, body)
  if (!list.ok) return undefined
  const certificates: PlatformCertificate[] = []
  for (const { serial_no, encrypt_certificate } of list.value.data) {
    const pem = decryptResource(keys, encrypt_certificate)?.toString('utf8')
    if (pem === undefined || serialOf(pem) !== serial_no) return undefined
    certificates.push({ serial_no, pem })
  }
  return certificates
}

function serialOf(pem: string): string | undefined {
  try {
    return loadCertificate(pem).serial
  } catch (error) {
    if (error instanceof KeyError) return undefined
    throw error
  }
}

function ringOf(certificates: readonly PlatformCertificate[] | undefined): KeyRing | undefined {
  return (
    certificates &&
    createKeyRing(certificates.map(({ serial_no, pem }) => ({ serial: serial_no, kind: 'certificate', pem })))
  )
}

async function loaded(apiV3Keys: () => Promise<readonly KeyObject[]>): Promise<readonly KeyObject[]> {
  try {
    return await apiV3Keys()
  } catch (cause) {
    throw new ChannelError('not_sent', 'the APIv3 key is not available', { certain: true, cause })
  }
}

/** WeChat's answer to merchants that have a WeChat Pay public key and no platform certificate. */
function isPublicKeyMerchant(error: unknown): boolean {
  return error instanceof ChannelError && error.code === 'not_found'
}
