/** The client of Secrets Manager, and secrets as what is made of them. */
import { createSecretsManagerClient } from '#shared/aws/secrets-client.ts'
import { systemClock } from '#shared/clock.ts'
import { lazy } from '#shared/lazy.ts'
import type { Logger } from '#shared/log.ts'
import type { SecretPurpose } from '#shared/secrets/secret-reader.ts'
import { createSecretSource } from '#shared/secrets/secret-source.ts'

/** One client a service and container. */
export const secretsManager = /* @__PURE__ */ lazy(() => createSecretsManagerClient())

export interface SecretOptions<Value> {
  readonly secretId: string
  readonly purpose: SecretPurpose
  readonly parse: (text: string) => Value
  readonly logger: Logger
}

/** A secret as what is made of its text. */
export function secret<Value>(options: SecretOptions<Value>) {
  return createSecretSource({ ...options, client: secretsManager(), clock: systemClock })
}
