/** The answer of `GET /v3/certificates`: every listed certificate, encrypted with the APIv3 key (doc merchant/4012551764). */
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { ApiError } from './api-error.ts'
import { beijingTime } from './beijing-time.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Wire } from './views.ts'

const ALGORITHMS = ['RSA', 'SM2', 'ALL']

/**
 * Lists the certificates of an algorithm, RSA unless another is named; those for SM2 have to be applied for, and nobody has here.
 *
 * @throws ApiError `RESOURCE_NOT_EXISTS` where there is none: for SM2, and for a merchant that has a public key only.
 */
export function listCertificates(keys: Keys, ids: Ids, algorithm: string | null): Wire {
  if (algorithm !== null && !ALGORITHMS.includes(algorithm)) {
    throw new ApiError(400, 'PARAM_ERROR', `algorithm_type取值必须为 ${ALGORITHMS.join('、')} 之一`, {
      detail: { field: 'algorithm_type', value: algorithm, issue: 'unknown algorithm', location: 'query' },
    })
  }
  if (keys.mode === 'public_key' || algorithm === 'SM2') {
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
