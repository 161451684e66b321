/** Downloads the platform certificates (doc merchant/4012076511): decrypt, compare serials, and only then verify. */
import type { KeyObject } from 'node:crypto'
import { kindOf } from '#shared/crypto/keys.ts'
import type { KeyKind } from '#shared/crypto/keys.ts'
import type { Logger } from '#shared/log.ts'
import type { WechatClient, WechatClientDeps } from '#shared/wechat/call/client.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { invalidAnswer } from '#shared/wechat/call/read-answer.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { readCertificateList } from './certificate-list.ts'
import type { CertificateList } from './certificate-list.ts'

/** RSA certificates, unless others are asked for. While a merchant changes over, WeChat signs with either kind. */
const PATHS: Readonly<Record<KeyKind, string>> = {
  rsa: '/v3/certificates',
  sm2: '/v3/certificates?algorithm_type=ALL',
}

interface CertificateDeps extends Pick<WechatClientDeps, 'signer'> {
  readonly apiV3Keys: () => Promise<readonly KeyObject[]>
  readonly logger: Logger
}

/**
 * The certificate part of the port.
 *
 * The list may be signed by a certificate that only the list holds. Its content is authenticated by the APIv3 key, so
 * the signature is checked with the known keys or with a certificate of the list itself; nothing is downloaded again.
 *
 * What of the list cannot be used is logged and left out. `apiV3Keys`: the current key first.
 */
export function createCertificates(
  client: WechatClient,
  { apiV3Keys, signer, logger }: CertificateDeps,
): Pick<WechatPay, 'downloadCertificates'> {
  return {
    async downloadCertificates({ signal } = {}) {
      const keys = await loaded(apiV3Keys, 'APIv3 key')
      const { privateKey } = await loaded(signer, 'key to sign with')
      try {
        const answer = await client.call({
          operation: 'certificates',
          method: 'GET',
          path: PATHS[kindOf(privateKey)],
          repeatable: true,
          signal,
          keysInAnswer: (body) => ringOf(readCertificateList(body, keys)),
        })
        const list = readCertificateList(answer.body, keys)
        if (list === undefined) throw invalidAnswer(answer, 'it is no list of certificates')
        report(logger, list.refused)
        if (list.certificates.length > 0 || list.refused.length === 0) return list.certificates
        throw invalidAnswer(
          answer,
          'no certificate of it can be decrypted with the APIv3 key and has the serial that the list says',
        )
      } catch (error) {
        if (isPublicKeyMerchant(error)) return []
        throw error
      }
    },
  }
}

function report(logger: Logger, refused: CertificateList['refused']): void {
  for (const { serial, reason } of refused) {
    logger.error('PLATFORM_CERTIFICATE_REFUSED', { ...(serial === undefined ? {} : { serial }), reason })
  }
}

function ringOf(list: CertificateList | undefined): KeyRing | undefined {
  return (
    list &&
    createKeyRing(
      list.certificates.map(({ serial_no, pem }) => ({ serial: serial_no, kind: 'certificate', pem })),
    )
  )
}

async function loaded<Value>(load: () => Promise<Value>, what: string): Promise<Value> {
  try {
    return await load()
  } catch (cause) {
    throw new ChannelError('not_sent', `the ${what} is not available`, { certain: true, cause })
  }
}

/** WeChat's answer to merchants that have a WeChat Pay public key and no platform certificate. */
function isPublicKeyMerchant(error: unknown): boolean {
  return error instanceof ChannelError && error.code === 'not_found'
}
