/**
 * Turns the text of the secrets into keys. Every error lists all that is wrong at once, by field name: neither a
 * value nor a message of the JSON parser, which would quote it, ever gets out.
 */
import type { KeyObject } from 'node:crypto'
import type * as v from 'valibot'
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { normalPem } from '#shared/crypto/pem.ts'
import { asRsa, isSameKey, loadCertificate, loadPrivateKey, publicHalf } from '#shared/crypto/keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { AppError } from '#shared/errors.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing, PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'
import { parseJson, Problems } from './secret-problems.ts'
import {
  ApiV2KeySecret,
  ApiV3KeySecret,
  MerchantSigningSecret,
  PlatformKey,
  PlatformKeyList,
  PlatformKeysSecret,
} from './secret-shapes.ts'

/** What signs requests; the merchant's number is not in the secret. */
export interface MerchantSigning extends Omit<MerchantSigner, 'mchid'> {
  /** The merchant API certificate (PEM), where the operator stored it. */
  readonly certificate?: string
}

/**
 * Parses `merchant-signing`.
 *
 * @throws AppError `config_invalid`; also when the certificate belongs to another serial or key.
 */
export function parseMerchantSigning(text: string): MerchantSigning {
  const secret = parseJson(MerchantSigningSecret, text)
  const problems = new Problems()
  const privateKey = problems.collect('private_key', () => loadPrivateKey(normalPem(secret.private_key)))
  const clientKey = problems.collect('client_private_key', () => loadClientKey(secret.client_private_key))
  const certificate = secret.certificate === undefined ? undefined : normalPem(secret.certificate)
  if (certificate !== undefined) {
    problems.collect('certificate', () =>
      checkCertificate(certificate, { serialNo: secret.serial_no, privateKey }),
    )
  }
  problems.throwIfAny()
  if (privateKey === undefined) throw new AppError('config_invalid', 'private_key cannot be used')
  return {
    serialNo: secret.serial_no,
    privateKey,
    ...(clientKey === undefined ? {} : { clientKey }),
    ...(certificate === undefined ? {} : { certificate }),
  }
}

/** Parses `apiv3-key`. @returns the current key, then the previous one if there is one. @throws AppError `config_invalid` */
export function parseApiV3Keys(text: string): readonly KeyObject[] {
  return parseKeyPair(parseJson(ApiV3KeySecret, text), loadApiV3Key)
}

/** Parses `apiv2-key`, in the same form. @throws AppError `config_invalid` */
export function parseApiV2Keys(text: string): readonly KeyObject[] {
  return parseKeyPair(parseJson(ApiV2KeySecret, text), loadApiV2Key)
}

function parseKeyPair(
  { current, previous = '' }: v.InferOutput<typeof ApiV3KeySecret>,
  load: (text: string) => KeyObject,
): readonly KeyObject[] {
  const problems = new Problems()
  const keys = [
    problems.collect('current', () => load(current.trim())),
    // A blank one is what a form leaves behind before the first change of the key.
    previous.trim() === '' ? undefined : problems.collect('previous', () => load(previous.trim())),
  ]
  problems.throwIfAny()
  return keys.filter((key) => key !== undefined)
}

/** Parses `platform-keys` into its records, with tidy PEM. @throws AppError `config_invalid` */
export function parsePlatformKeyRecords(text: string): readonly PlatformKeyRecord[] {
  return parseJson(PlatformKeysSecret, text).keys.map((record) => ({ ...record, pem: normalPem(record.pem) }))
}

/**
 * Parses `platform-keys` into a key ring. One bad record must not stop what the others verify: it is left out and told.
 *
 * @param onRefused gets one sentence for each record that is left out; without it a bad record throws.
 * @throws AppError `config_invalid` naming every serial that cannot be used, when none can, or without `onRefused`.
 */
export function parsePlatformKeys(text: string, onRefused?: (reason: string) => void): KeyRing {
  const { keys } = parseJson(PlatformKeyList, text)
  const malformed = new Problems()
  const records = keys.map((json, index) => malformed.read(`keys.${index}`, PlatformKey, json))
  const { ring, problems: unusable } = usableRing(records)
  const problems = malformed.and(unusable)
  if (onRefused === undefined || ring.keys.length === 0) problems.throwIfAny()
  for (const reason of problems.found) onRefused?.(reason)
  return ring
}

/** The ring of whatever can be used of stored records, maybe none: for the rotation, which mends the rest. */
export function ringOfUsable(records: readonly PlatformKeyRecord[]): KeyRing {
  return usableRing(records).ring
}

/** A record that is undefined keeps the place of one that cannot be read. */
function usableRing(records: ReadonlyArray<PlatformKeyRecord | undefined>): {
  readonly ring: KeyRing
  readonly problems: Problems
} {
  const problems = new Problems()
  const usable = records.flatMap((record, index) => {
    if (record === undefined) return []
    const tidy = { ...record, pem: normalPem(record.pem) }
    return problems.collect(`keys.${index}`, () => createKeyRing([tidy])) === undefined ? [] : [tidy]
  })
  return { ring: createKeyRing(usable), problems }
}

function loadClientKey(pem: string | undefined): KeyObject | undefined {
  if (pem === undefined || pem.trim() === '') return undefined
  // The WeChat client knows no other.
  return asRsa(loadPrivateKey(normalPem(pem)), 'key')
}

function checkCertificate(
  pem: string,
  { serialNo, privateKey }: { readonly serialNo: string; readonly privateKey: PrivateKey | undefined },
): void {
  const { serial, publicKey } = loadCertificate(pem)
  if (serial !== serialNo) throw new KeyError(`it has the serial ${serial}, which is not serial_no`)
  if (privateKey !== undefined && !isSameKey(publicHalf(privateKey), publicKey)) {
    throw new KeyError('it belongs to another key than private_key')
  }
}
