/** The answer of `GET /v3/certificates`: every listed certificate, encrypted with the APIv3 key (doc merchant/4012551764). */
import { encryptResource, encryptSm4Resource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { ApiError } from './api-error.ts'
import { beijingTime } from './beijing-time.ts'
import type { IssuedCertificate } from './certificate-authority.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Wire } from './views.ts'

type Listed = Pick<IssuedCertificate, 'serial' | 'certificatePem' | 'notBefore' | 'notAfter'>

const ALGORITHMS = ['RSA', 'SM2', 'ALL']

/**
 * Lists the certificates of an algorithm, RSA unless another is named; those of SM2, sealed with SM4, where the merchant has applied for them.
 *
 * @throws ApiError `RESOURCE_NOT_EXISTS` where there is none: for SM2, and for a merchant that has a public key only.
 */
export function listCertificates(keys: Keys, ids: Ids, algorithm: string | null): Wire {
  if (algorithm !== null && !ALGORITHMS.includes(algorithm)) {
    throw new ApiError(400, 'PARAM_ERROR', `algorithm_type取值必须为 ${ALGORITHMS.join('、')} 之一`, {
      detail: { field: 'algorithm_type', value: algorithm, issue: 'unknown algorithm', location: 'query' },
    })
  }
  const rsa = algorithm === 'SM2' || keys.mode === 'public_key' ? [] : keys.platform
  const sm2 = algorithm === 'SM2' || algorithm === 'ALL' ? [keys.sm2?.platform ?? []].flat() : []
  if (rsa.length + sm2.length === 0) {
    throw new ApiError(
      404,
      'RESOURCE_NOT_EXISTS',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。',
    )
  }
  const key = loadApiV3Key(keys.apiv3Key)
  const listed = (seal: typeof encryptSm4Resource) => (certificate: Listed) => ({
    serial_no: certificate.serial,
    effective_time: beijingTime(certificate.notBefore),
    expire_time: beijingTime(certificate.notAfter),
    encrypt_certificate: seal(key, certificate.certificatePem, {
      nonce: ids.text(12),
      associated_data: 'certificate',
    }),
  })
  return { data: [...rsa.map(listed(encryptResource)), ...sm2.map(listed(encryptSm4Resource))] }
}
