/** Reads and writes the platform-keys secret for rotate-certs, the only one that writes it besides the operator. */
import { createHash } from 'node:crypto'
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { parsePlatformKeyRecords } from './secret-keys.ts'
import { AppError, nameOf } from '#shared/errors.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { parseSecret, readSecret } from './secret-reader.ts'
import type { SecretLocation } from './secret-reader.ts'

export interface PlatformKeysSecret {
  /** Reads the records, never from a cache; none when the secret was never filled. */
  load(): Promise<readonly PlatformKeyRecord[]>
  /**
   * Writes a new version.
   *
   * @throws AppError `storage_conflict` when the secret changed since `load`: the operator may have entered a public key.
   * @throws AppError `key_unavailable` when it cannot be written.
   */
  save(records: readonly PlatformKeyRecord[]): Promise<void>
}

/** Creates the access for one run at a time: `save` belongs to the `load` before it. */
export function createPlatformKeysSecret(location: Omit<SecretLocation, 'purpose'>): PlatformKeysSecret {
  const secret: SecretLocation = { ...location, purpose: 'platform-keys' }
  let loadedVersion: string | undefined
  return {
    async load() {
      const current = await readSecret(secret)
      loadedVersion = current?.versionId
      return current === undefined ? [] : parseSecret(secret.purpose, current.text, parsePlatformKeyRecords)
    },
    async save(records) {
      const current = await readSecret(secret)
      if (current?.versionId !== loadedVersion) {
        throw new AppError(
          'storage_conflict',
          'the platform-keys secret was changed meanwhile: run the rotation again',
        )
      }
      loadedVersion = await write(secret, { text: JSON.stringify({ keys: records }), basis: loadedVersion })
    },
  }
}

async function write(
  { client, secretId, purpose }: SecretLocation,
  { text, basis = '' }: { readonly text: string; readonly basis: string | undefined },
): Promise<string | undefined> {
  // The same content over the same basis is the same version, however often it is sent. The basis is part of it, because
  // a token that was used before would silently leave another content in force.
  const token = createHash('sha256')
    .update(JSON.stringify([basis, text]))
    .digest('hex')
  try {
    const { VersionId: versionId } = await client.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: text, ClientRequestToken: token }),
    )
    return versionId
  } catch (cause) {
    throw new AppError('key_unavailable', `the ${purpose} secret cannot be written: ${nameOf(cause)}`, {
      cause,
    })
  }
}
