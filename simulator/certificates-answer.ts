/** The answer of `GET /v3/certificates`: every listed certificate, encrypted with the APIv3 key (doc merchant/4012551764). */
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { ApiError } from './api-error.ts'
import { beijingTime } from './beijing-time.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Wire } from './views.ts'

/** Lists the certificates. @throws ApiError `RESOURCE_NOT_EXISTS` for a merchant that has a public key only. */
export function listCertificates(keys: Keys, ids: Ids): Wire {
  if (keys.mode === 'public_key') {
    throw new ApiError(
      404,
      'RESOURCE_NOT_EXISTS',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。',
    )
  }
  const key = loadApiV3Key(keys.apiv3Key)
  const data = keys.platform.map(({ serial, certificatePem, notBefore, notAfter }) => ({
    serial_no: serial,
    effective_time: beijingTime(notBefore),
    expire_time: beijingTime(notAfter),
    encrypt_certificate: encryptResource(key, certificatePem, {
      nonce: ids.text(12),
      associated_data: 'certificate',
    }),
  }))
  return { data }
}
