/** The template's secrets: created empty, and filled with what the simulator's merchant has. */
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { MerchantSigningSecret, ApiV3KeySecret, PlatformKeysSecret } from '#shared/config/secret-shapes.ts'
import type { RunningSimulator } from '../simulator-port.ts'
import { readProperties, type TemplateStack } from '../template/template-stack.ts'
import type { SecretsManagerServer } from './secrets-manager.ts'

const SecretProperties = v.object({ Description: v.optional(v.string(), '') })

/** Creates a shell without a value for each secret of the template, as CloudFormation does. */
export function createSecrets(stack: TemplateStack, server: SecretsManagerServer): void {
  for (const resource of stack.resources('AWS::SecretsManager::Secret')) {
    const { Description } = readProperties(resource, SecretProperties)
    const name = resource.ref.replace(/^.*:secret:/, '').replace(/-[^-]+$/, '')
    server.createShell({ name, arn: resource.ref, description: Description })
  }
}

/** Ids of the three secrets. */
export interface SecretIds {
  readonly merchant_signing: string
  readonly apiv3_key: string
  readonly platform_keys: string
}

/** Does what an operator does after the first deployment: enters the merchant's keys and the platform's. */
export async function fillSecrets(
  client: SecretsManagerClient,
  ids: SecretIds,
  simulator: RunningSimulator,
): Promise<void> {
  const { merchant, platform } = simulator
  const values: ReadonlyArray<readonly [string, object]> = [
    [
      ids.merchant_signing,
      v.parse(MerchantSigningSecret, {
        serial_no: merchant.serial,
        private_key: merchant.privateKeyPem,
        certificate: merchant.certificatePem,
      }),
    ],
    [ids.apiv3_key, v.parse(ApiV3KeySecret, { current: simulator.apiV3Key })],
    [
      ids.platform_keys,
      v.parse(PlatformKeysSecret, {
        keys: [
          { serial: platform.serial, kind: 'certificate', pem: platform.certificatePem },
          { serial: platform.publicKeyId, kind: 'public_key', pem: platform.publicKeyPem },
        ],
      }),
    ],
  ]
  for (const [SecretId, value] of values) {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }))
  }
}
