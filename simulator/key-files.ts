/** Writes what a merchant downloads from the merchant platform, for SDKs that read files. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { guestFiles } from './guests.ts'
import type { Simulator } from './simulator.ts'

export interface KeyFiles {
  /** Absolute. */
  readonly folder: string
  readonly names: readonly string[]
  /** Certificate of the authority behind HTTPS, where anything is served so. */
  readonly caFile: string | undefined
}

/** Writes the files, for this user only, and keeps them out of git. */
export async function writeKeyFiles(simulator: Simulator, wanted: string): Promise<KeyFiles> {
  const folder = resolve(wanted)
  const keys = keysOf(simulator)
  const ca = simulator.caCertificatePem
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries({
    ...keys,
    ...(ca === undefined ? {} : { 'ca.pem': ca }),
    '.gitignore': '*\n',
  })) {
    // An older file would keep its own mode if it were written over.
    await rm(join(folder, name), { force: true })
    await writeFile(join(folder, name), text, { mode: 0o600 })
  }
  return { folder, names: Object.keys(keys), caFile: ca === undefined ? undefined : join(folder, 'ca.pem') }
}

function keysOf(simulator: Simulator): Readonly<Record<string, string>> {
  const { merchant, platform, public_key: publicKey, apiv3_key: apiv3Key, sm2 } = simulator.keys()
  const files: Record<string, string> = { 'apiv3_key.txt': apiv3Key, 'pub_key.pem': publicKey.public_key_pem }
  for (const { certificate_pem: certificate, private_key_pem: privateKey } of merchant) {
    files['apiclient_cert.pem'] = certificate
    if (privateKey !== null) files['apiclient_key.pem'] = privateKey
  }
  for (const { certificate_pem: certificate } of platform.certificates)
    files['wechatpay_cert.pem'] = certificate
  Object.assign(files, guestFiles(simulator))
  if (sm2 !== null) {
    files['sm2_apiclient_cert.pem'] = sm2.merchant.certificate_pem
    files['sm2_apiclient_key.pem'] = sm2.merchant.private_key_pem
    files['sm2_wechatpay_cert.pem'] = sm2.platform.certificate_pem
  }
  return files
}
