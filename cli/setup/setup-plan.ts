/** Compares what setup was given with what the secrets hold, and writes only what differs: that is what makes it repeatable. */
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import type { SecretPurpose } from '#shared/secrets/secret-reader.ts'
import {
  ApiV2KeySecret,
  ApiV3KeySecret,
  MerchantSigningSecret,
  PlatformKeysSecret,
} from '#shared/secrets/secret-shapes.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import type { SetupInputs } from './setup-inputs.ts'
import type { StackAccess, WechatStack } from '#cli/stack/stack-access.ts'
import { storedSecret } from './stored-secret.ts'

/** One secret that would change. `effect` shows serials and ids, never a value. */
export interface SecretChange {
  readonly purpose: SecretPurpose
  readonly effect: string
  readonly write: () => Promise<void>
}

const UNSEEN = 'what is stored cannot be read by these credentials and is replaced'

/** The changes, in the order in which they are to be written. Empty when everything is as given already. */
export async function planSetup(stack: WechatStack, inputs: SetupInputs): Promise<readonly SecretChange[]> {
  const changes = await Promise.all([
    // Verification first: from then on everything that WeChat sends can be read, whatever becomes of the rest.
    platformKeysChange(stack, inputs),
    apiV3KeyChange(stack, inputs),
    apiV2KeyChange(stack, inputs),
    merchantSigningChange(stack, inputs),
  ])
  return changes.filter((change) => change !== undefined)
}

async function merchantSigningChange(
  stack: WechatStack,
  { pair, serial, clientKeyPem }: SetupInputs,
): Promise<SecretChange | undefined> {
  const id = stack.secrets.merchant_signing
  const now = await storedSecret(stack, { id, purpose: 'merchant-signing', schema: MerchantSigningSecret })
  const next = {
    serial_no: serial,
    private_key: pair.privateKeyPem,
    certificate: pair.certificatePem,
    ...(clientKeyPem === undefined ? {} : { client_private_key: clientKeyPem }),
  }
  if (now.readable && now.value !== undefined && equal(now.value, next)) return undefined
  const instead = now.readable && now.value !== undefined ? ` instead of ${now.value.serial_no}` : ''
  return {
    purpose: 'merchant-signing',
    effect: `sign requests with the serial ${serial}${instead}${now.readable ? '' : `; ${UNSEEN}`}`,
    write: () => put(stack, id, next),
  }
}

async function apiV3KeyChange(
  stack: WechatStack,
  { apiV3Key, previousApiV3Key }: SetupInputs,
): Promise<SecretChange | undefined> {
  const id = stack.secrets.apiv3_key
  const now = await storedSecret(stack, { id, purpose: 'apiv3-key', schema: ApiV3KeySecret })
  const inForce = now.readable ? now.value?.current.trim() : undefined
  const given = previousApiV3Key === undefined || (now.readable && now.value?.previous === previousApiV3Key)
  if (inForce === apiV3Key && given) return undefined
  const previous = previousApiV3Key ?? (inForce === apiV3Key ? undefined : inForce)
  return {
    purpose: 'apiv3-key',
    effect: `decrypt with the APIv3 key given, ${
      previous === undefined
        ? `and with no previous one${now.readable ? '' : ` (${UNSEEN}; give --previous-apiv3-key-file if the key was reset less than 25 hours ago)`}`
        : 'and with the previous one for late notifications'
    }`,
    write: () =>
      put(stack, id, previous === undefined ? { current: apiV3Key } : { current: apiV3Key, previous }),
  }
}

async function apiV2KeyChange(
  stack: WechatStack,
  { apiV2Key: current }: SetupInputs,
): Promise<SecretChange | undefined> {
  if (current === undefined) return undefined
  const id = stack.secrets.apiv2_key
  const now = await storedSecret(stack, { id, purpose: 'apiv2-key', schema: ApiV2KeySecret })
  const inForce = now.readable ? now.value?.current.trim() : undefined
  if (inForce === current) return undefined
  return {
    purpose: 'apiv2-key',
    effect: `read notices of refunds on the merchant platform with the APIv2 key given${now.readable ? '' : `; ${UNSEEN}`}`,
    write: () => put(stack, id, inForce === undefined ? { current } : { current, previous: inForce }),
  }
}

async function platformKeysChange(
  stack: WechatStack,
  { publicKey }: SetupInputs,
): Promise<SecretChange | undefined> {
  if (publicKey === undefined) return undefined
  const id = stack.secrets.platform_keys
  const purpose = 'platform-keys'
  const record: PlatformKeyRecord = { ...publicKey, kind: 'public_key' }
  const now = await storedSecret(stack, { id, purpose, schema: PlatformKeysSecret })
  if (!now.readable) {
    return {
      purpose,
      effect: `verify with the WeChat Pay public key ${record.serial}; ${UNSEEN}, and platform certificates come back with wxpay keys rotate, to be run right after this`,
      write: () => put(stack, id, { keys: [record] }),
    }
  }
  const current = now.value?.keys ?? []
  const known = current.find(({ serial }) => serial === record.serial)
  if (known !== undefined && equal(known, record)) return undefined
  return {
    purpose,
    effect: `verify with the WeChat Pay public key ${record.serial} too (${current.length} keys before)`,
    write: () => addKey(stack, { record, replaceAll: now.value === undefined }),
  }
}

/** Under the version that is read here, because rotate-certs writes this secret as well. */
async function addKey(
  stack: WechatStack,
  { record, replaceAll }: { readonly record: PlatformKeyRecord; readonly replaceAll: boolean },
): Promise<void> {
  const id = stack.secrets.platform_keys
  if (replaceAll) return put(stack, id, { keys: [record] })
  const secret = createPlatformKeysSecret({ client: stack.secretsManager, secretId: id })
  const others = (await secret.load()).filter(({ serial }) => serial !== record.serial)
  // Last, because answers are asked for under the last public key.
  await secret.save([...others, record])
}

async function put({ secretsManager }: StackAccess, id: string, value: object): Promise<void> {
  await secretsManager.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(value) }))
}

function equal(a: object, b: object): boolean {
  return canonicalHash(a) === canonicalHash(b)
}
