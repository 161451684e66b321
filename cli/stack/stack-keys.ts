/** The secrets of a stack, read for the tools that need keys. Values stay in memory. */
import type { KeyObject } from 'node:crypto'
import { parseSecret, readSecret, type SecretPurpose } from '#shared/secrets/secret-reader.ts'
import {
  type MerchantSigning,
  parseApiV2Keys,
  parseApiV3Keys,
  parseMerchantSigning,
  parsePlatformKeyRecords,
} from '#shared/secrets/secret-keys.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { StackAccess, WechatStack } from './stack-access.ts'

export function readMerchantSigning(stack: WechatStack): Promise<MerchantSigning> {
  return read(stack, {
    purpose: 'merchant-signing',
    id: stack.secrets.merchant_signing,
    parse: parseMerchantSigning,
  })
}

export function readApiV3Keys(stack: WechatStack): Promise<readonly KeyObject[]> {
  return read(stack, { purpose: 'apiv3-key', id: stack.secrets.apiv3_key, parse: parseApiV3Keys })
}

/** @returns whether there is one: a stack does without. @throws AppError when it is not well-formed. */
export async function hasApiV2Key({ secretsManager, secrets }: WechatStack): Promise<boolean> {
  const purpose = 'apiv2-key'
  const found = await readSecret({ client: secretsManager, secretId: secrets.apiv2_key, purpose })
  if (found !== undefined) parseSecret(purpose, found.text, parseApiV2Keys)
  return found !== undefined
}

export function readPlatformKeys(stack: WechatStack): Promise<readonly PlatformKeyRecord[]> {
  return read(stack, {
    purpose: 'platform-keys',
    id: stack.secrets.platform_keys,
    parse: parsePlatformKeyRecords,
  })
}

interface Wanted<Value> {
  readonly purpose: SecretPurpose
  readonly id: string
  readonly parse: (text: string) => Value
}

/** @throws CliError `failed` when the secret is empty; AppError `key_unavailable` when it cannot be read or used. */
async function read<Value>(
  { secretsManager, name }: StackAccess,
  { purpose, id, parse }: Wanted<Value>,
): Promise<Value> {
  const found = await readSecret({ client: secretsManager, secretId: id, purpose })
  if (found !== undefined) return parseSecret(purpose, found.text, parse)
  throw new CliError(
    'failed',
    `the ${purpose} secret of the stack ${name} has no value yet`,
    `fill it with wxpay setup --stack ${name}`,
  )
}
