/** Secrets Manager. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { configuration } from './client-options.ts'
import type { ClientOptions } from './client-options.ts'

export function createSecretsManagerClient(options?: ClientOptions): SecretsManagerClient {
  return new SecretsManagerClient(configuration(options))
}
