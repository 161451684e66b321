/** Reads and writes the platform-keys secret for rotate-certs, the only one that writes it besides the operator. */
import { createHash } from 'node:crypto'
import {
  InvalidParameterException,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { parsePlatformKeyRecords } from './secret-keys.ts'
import { AppError, nameOf } from '#shared/errors.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { parseSecret, readSecret } from './secret-reader.ts'
import type { SecretLocation } from './secret-reader.ts'

export interface PlatformKeysSecret {
  /** Reads the records, never from a cache; none when the secret was never filled. */
  load(): Promise<readonly PlatformKeyRecord[]>
  /**
   * Writes a new version and puts it in force, unless another one came into force since `load`.
   *
   * @throws AppError `storage_conflict` when the secret changed since `load`: the operator may have entered a public key.
   * @throws AppError `key_unavailable` when it cannot be written.
   */
  save(records: readonly PlatformKeyRecord[]): Promise<void>
}

/** The label of a version that is not in force yet, or was overtaken. */
const CANDIDATE = 'CANDIDATE'
const CURRENT = 'AWSCURRENT'

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
      const candidate = await writeCandidate(secret, {
        text: JSON.stringify({ keys: records }),
        basis: loadedVersion,
      })
      if (!candidate.inForce) await putInForce(secret, candidate.versionId, loadedVersion)
      loadedVersion = candidate.versionId
    },
  }
}

interface Candidate {
  readonly versionId: string
  /** The first version of a secret is in force at once. */
  readonly inForce: boolean
}

/** Writes a version beside the one in force. */
async function writeCandidate(
  { client, secretId, purpose }: SecretLocation,
  { text, basis = '' }: { readonly text: string; readonly basis: string | undefined },
): Promise<Candidate> {
  // The same content over the same basis is the same version, however often it is sent.
  const token = createHash('sha256')
    .update(JSON.stringify([basis, text]))
    .digest('hex')
  const command = new PutSecretValueCommand({
    SecretId: secretId,
    SecretString: text,
    ClientRequestToken: token,
    VersionStages: [CANDIDATE],
  })
  try {
    const { VersionId: versionId = token, VersionStages: stages = [] } = await client.send(command)
    return { versionId, inForce: stages.includes(CURRENT) }
  } catch (cause) {
    throw notWritten(purpose, cause)
  }
}

/** The service moves the label only from the version that is named: a compare-and-set, which a read before the write is not. */
async function putInForce(secret: SecretLocation, version: string, basis: string | undefined): Promise<void> {
  const { client, secretId, purpose } = secret
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretId,
    VersionStage: CURRENT,
    MoveToVersionId: version,
    ...(basis === undefined ? {} : { RemoveFromVersionId: basis }),
  })
  try {
    await client.send(command)
  } catch (cause) {
    if (!(cause instanceof InvalidParameterException)) throw notWritten(purpose, cause)
    // The SDK repeats what lost its answer; the repeat then fails on the very move that the first try made.
    if ((await readSecret(secret))?.versionId === version) return
    throw new AppError(
      'storage_conflict',
      'the platform-keys secret was changed meanwhile: run the rotation again',
    )
  }
}

function notWritten(purpose: string, cause: unknown): AppError {
  return new AppError('key_unavailable', `the ${purpose} secret cannot be written: ${nameOf(cause)}`, {
    cause,
  })
}
