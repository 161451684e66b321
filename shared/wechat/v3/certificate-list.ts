/** Reads the list of platform certificates element by element: what one of them is must not cost the others. */
import type { KeyObject } from 'node:crypto'
import { AEAD_AES, AEAD_SM4, decryptResource } from '#shared/crypto/aead.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { sameSerial } from '#shared/crypto/serial.ts'
import type { PlatformCertificate } from '#shared/wechat/wechat-pay.ts'
import { anyText, fields, list, parseJson, parseWith, text, token, withDefault } from '#shared/wire-rules.ts'

const MAX_CERTIFICATES = 100
const PURPOSE = 'certificate'

const ListSchema = fields({ data: withDefault(list(MAX_CERTIFICATES), []) }, {})

const SerialSchema = fields({ serial_no: text(64, /^[0-9A-Fa-f]+$/) }, {})

const ItemSchema = fields(
  {
    serial_no: text(64, /^[0-9A-Fa-f]+$/),
    encrypt_certificate: fields(
      {
        algorithm: token(32),
        nonce: anyText(),
        ciphertext: anyText(),
        associated_data: withDefault(anyText(), PURPOSE),
      },
      {},
    ),
  },
  {},
)

/** An element that is left out. The reason holds names and rules only. */
export interface RefusedCertificate {
  readonly serial?: string
  readonly reason: string
}

export interface CertificateList {
  readonly certificates: readonly PlatformCertificate[]
  readonly refused: readonly RefusedCertificate[]
}

/** @returns undefined when it is no list. No `data`, or null for it, is an empty one. */
export function readCertificateList(
  body: Uint8Array,
  keys: readonly KeyObject[],
): CertificateList | undefined {
  const list = parseJson(ListSchema, body)
  if (!list.ok) return undefined
  const certificates: PlatformCertificate[] = []
  const refused: RefusedCertificate[] = []
  for (const item of list.value.data) {
    const result = readItem(item, keys)
    if ('pem' in result) certificates.push(result)
    else refused.push({ ...serialIn(item), ...result })
  }
  return { certificates, refused }
}

function readItem(
  json: unknown,
  keys: readonly KeyObject[],
): PlatformCertificate | Pick<RefusedCertificate, 'reason'> {
  const item = parseWith(ItemSchema, json)
  if (!item.ok) return { reason: `its ${item.field} is not as documented` }
  const { serial_no, encrypt_certificate: sealed } = item.value
  if (sealed.algorithm !== AEAD_AES && sealed.algorithm !== AEAD_SM4)
    return { reason: `its algorithm is neither ${AEAD_AES} nor ${AEAD_SM4}` }
  const pem = opened(sealed, keys)
  if (pem === undefined) return { reason: 'it cannot be decrypted with the APIv3 key' }
  return checked({ serial_no, pem })
}

/**
 * WeChat seals certificates for the purpose `certificate`. Where the list does not say so, it is tried all the same; what
 * names another purpose stays shut.
 */
function opened(
  sealed: Parameters<typeof decryptResource>[1],
  keys: readonly KeyObject[],
): string | undefined {
  if (sealed.associated_data !== PURPOSE) return undefined
  return decryptResource(keys, sealed)?.toString('utf8')
}

function checked(certificate: PlatformCertificate): PlatformCertificate | Pick<RefusedCertificate, 'reason'> {
  try {
    const { serial } = loadCertificate(certificate.pem)
    return sameSerial(serial, certificate.serial_no)
      ? certificate
      : { reason: 'its own serial differs from serial_no' }
  } catch (error) {
    if (error instanceof KeyError) return { reason: error.message }
    throw error
  }
}

function serialIn(json: unknown): Pick<RefusedCertificate, 'serial'> {
  const item = parseWith(SerialSchema, json)
  return item.ok ? { serial: item.value.serial_no } : {}
}
