/** What the merchant platform's operators do to keys: issue, activate and retire certificates, reset the APIv3 key. */
import { ControlError } from './control-error.ts'
import type { IssuedCertificate } from './certificate-authority.ts'
import type { Ids } from './ids.ts'
import { issueMerchant } from './keys.ts'
import type { Keys, MerchantKey } from './keys.ts'

/** Lists one more platform certificate; signing goes on with the present one until `activateCertificate`. */
export async function addCertificate(keys: Keys, now: number): Promise<IssuedCertificate> {
  const certificate = await keys.authority.issue('Tenpay.com sign', now)
  keys.platform = [...keys.platform, certificate]
  return certificate
}

/** Signs with the certificate of this serial from now on. @throws ControlError when it is not listed. */
export function activateCertificate(keys: Keys, serial: string): void {
  if (!keys.platform.some((certificate) => certificate.serial === serial)) throw unknownSerial(serial)
  keys.signingSerial = serial
}

/** Takes a certificate off the list. @throws ControlError when it signs or is not listed. */
export function retireCertificate(keys: Keys, serial: string): void {
  if (!keys.platform.some((certificate) => certificate.serial === serial)) throw unknownSerial(serial)
  if (serial === keys.signingSerial) {
    throw new ControlError(
      409,
      'certificate_in_use',
      'this certificate signs now; activate another one first',
    )
  }
  keys.platform = keys.platform.filter((certificate) => certificate.serial !== serial)
}

/** Resets the APIv3 key at once; the old one is kept for the fault `previous_apiv3_key`. @returns the new key. */
export function resetApiv3Key(keys: Keys, ids: Ids): string {
  keys.previousApiv3Key = keys.apiv3Key
  keys.apiv3Key = ids.text(32)
  return keys.apiv3Key
}

/** Issues one more merchant API certificate. */
export async function addMerchantKey(keys: Keys, mchid: string, now: number): Promise<MerchantKey> {
  const merchant = await issueMerchant(keys.authority, mchid, now)
  keys.merchant = [...keys.merchant, merchant]
  return merchant
}

/** Stops accepting a merchant API certificate. @throws ControlError when it is unknown or the last one. */
export function retireMerchantKey(keys: Keys, serial: string): void {
  if (!keys.merchant.some((merchant) => merchant.serial === serial)) throw unknownSerial(serial)
  if (keys.merchant.length === 1)
    throw new ControlError(409, 'last_certificate', 'the last merchant certificate cannot be retired')
  keys.merchant = keys.merchant.filter((merchant) => merchant.serial !== serial)
}

function unknownSerial(serial: string): ControlError {
  return new ControlError(404, 'no_such_certificate', `no certificate with serial ${serial}`)
}
