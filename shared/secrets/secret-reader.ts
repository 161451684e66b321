/** Reads the current version of a secret. Its errors name the purpose of the secret and never hold any of its value. */
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { loadSmFor } from '#shared/crypto/load-sm.ts'
import { AppError, nameOf } from '#shared/errors.ts'
import type { Provider } from '#shared/providers.ts'

/** The secrets of the stack, split by who reads them. */
export type SecretPurpose =
  | 'merchant-signing'
  | 'apiv3-key'
  | 'apiv2-key'
  | 'platform-keys'
  | `${Exclude<Provider, 'wechat'>}-${'signing' | 'keys'}`

export interface SecretLocation {
  readonly client: SecretsManagerClient
  /** Name or ARN. */
  readonly secretId: string
  readonly purpose: SecretPurpose
}

export interface SecretText {
  readonly text: string
  readonly versionId: string
}

/**
 * Reads a secret.
 *
 * @returns undefined when it has no value yet (or does not exist: the service does not tell them apart).
 * @throws AppError `key_unavailable` when it cannot be read.
 */
export async function readSecret({
  client,
  secretId,
  purpose,
}: SecretLocation): Promise<SecretText | undefined> {
  try {
    const { SecretString: text, VersionId: versionId = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId }),
    )
    if (text !== undefined) {
      // Whatever parses it needs no waiting any more.
      await loadSmFor(text)
      return { text, versionId }
    }
  } catch (cause) {
    if (cause instanceof ResourceNotFoundException) return undefined
    throw new AppError('key_unavailable', `the ${purpose} secret cannot be read: ${nameOf(cause)}`, { cause })
  }
  throw new AppError('key_unavailable', `the ${purpose} secret must be text and is binary`)
}

/** Turns the text of a secret into something of use. @throws AppError `key_unavailable` that says which fields are wrong. */
export function parseSecret<Value>(
  purpose: SecretPurpose,
  text: string,
  parse: (text: string) => Value,
): Value {
  try {
    return parse(text)
  } catch (cause) {
    // Only our own messages are known to be free of values.
    const detail = cause instanceof AppError ? cause.message : 'it cannot be understood'
    throw new AppError('key_unavailable', `the ${purpose} secret cannot be used: ${detail}`)
  }
}
