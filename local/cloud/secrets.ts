/** The template's secrets: created empty, and filled with what the simulator's merchant has. */
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import {
  MerchantSigningSecret,
  ApiV2KeySecret,
  ApiV3KeySecret,
  PlatformKeysSecret,
} from '#shared/secrets/secret-shapes.ts'
import { alipaySecrets } from '#local/alipay.ts'
import { LocalError } from '#local/local-error.ts'
import { hasWechat, type StackDescription } from '#local/stack-description.ts'
import { TagsProperty } from '#local/template/tags-property.ts'
import { readProperties, type TemplateStack } from '#local/template/template-stack.ts'
import type { Simulator } from '#simulator/simulator.ts'
import type { SecretsManagerServer } from './secrets-manager.ts'

const SecretProperties = v.object({ Description: v.optional(v.string(), ''), Tags: TagsProperty })

/** Creates a shell without a value for each secret of the template, as CloudFormation does. */
export function createSecrets(stack: TemplateStack, server: SecretsManagerServer): void {
  for (const resource of stack.resources('AWS::SecretsManager::Secret')) {
    const { Description, Tags } = readProperties(resource, SecretProperties)
    const name = resource.ref.replace(/^.*:secret:/, '').replace(/-[^-]+$/, '')
    const tags = new Map(Tags.map(({ Key, Value }) => [Key, Value]))
    server.createShell({ name, arn: resource.ref, description: Description, tags })
  }
}

/**
 * Does what an operator does after the first deployment: enters the merchant's keys and the platform's, for each channel.
 *
 * @throws LocalError when the simulator was given a merchant certificate without its private key.
 */
export async function fillSecrets(
  client: SecretsManagerClient,
  ids: StackDescription['secrets'],
  simulator: Pick<Simulator, 'keys' | 'alipay'>,
): Promise<void> {
  const values = { ...valuesOfWechat(ids, simulator), ...valuesOfAlipay(ids, simulator) }
  for (const [SecretId, value] of Object.entries(values)) {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }))
  }
}

function valuesOfWechat(
  secrets: StackDescription['secrets'],
  simulator: Pick<Simulator, 'keys'>,
): Readonly<Record<string, object>> {
  const stack = { secrets }
  if (!hasWechat(stack)) return {}
  const ids = stack.secrets
  const keys = simulator.keys()
  const merchant = keys.merchant.at(-1)
  const privateKey = merchant?.private_key_pem
  if (merchant === undefined || typeof privateKey !== 'string') {
    throw new LocalError('the simulator does not hold the merchant private key, so nothing could be signed')
  }
  const certificates = keys.mode === 'public_key' ? [] : keys.platform.certificates
  const publicKey = { serial: keys.public_key.id, kind: 'public_key', pem: keys.public_key.public_key_pem }
  const platformKeys = certificates.map(({ serial_no: serial, certificate_pem: pem }) => ({
    serial,
    kind: 'certificate',
    pem,
  }))
  return {
    [ids.merchant_signing]: v.parse(MerchantSigningSecret, {
      serial_no: merchant.serial_no,
      private_key: privateKey,
      certificate: merchant.certificate_pem,
    }),
    [ids.apiv3_key]: v.parse(ApiV3KeySecret, { current: keys.apiv3_key }),
    [ids.apiv2_key]: v.parse(ApiV2KeySecret, { current: keys.apiv2_key }),
    [ids.platform_keys]: v.parse(PlatformKeysSecret, { keys: [...platformKeys, publicKey] }),
  }
}

function valuesOfAlipay(
  { alipay_signing, alipay_keys }: StackDescription['secrets'],
  { alipay }: Pick<Simulator, 'alipay'>,
): Readonly<Record<string, object>> {
  if (alipay_signing === undefined || alipay_keys === undefined || alipay === undefined) return {}
  const { signing, keys } = alipaySecrets(alipay.keys())
  return { [alipay_signing]: signing, [alipay_keys]: keys }
}
