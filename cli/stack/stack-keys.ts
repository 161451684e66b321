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
import type { AppSigner } from '#shared/alipay/app-signer.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import {
  AlipayKeysSecret,
  AlipaySigningSecret,
  parseAlipayKeys,
  parseAlipaySigning,
} from '#shared/secrets/alipay-secrets.ts'
import type { AlipaySigningRecord } from '#shared/secrets/alipay-secrets.ts'
import { parseJson } from '#shared/secrets/secret-problems.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { AlipayStack, StackAccess, WechatStack } from './stack-access.ts'

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

/** With what is stored of the app, as it is stored. */
export interface AlipaySigning {
  readonly signer: AppSigner
  readonly record: AlipaySigningRecord
}

export function readAlipaySigning(stack: AlipayStack): Promise<AlipaySigning> {
  return read(stack, {
    purpose: 'alipay-signing',
    id: stack.alipay.secrets.signing,
    parse: (text) => ({ signer: parseAlipaySigning(text), record: parseJson(AlipaySigningSecret, text) }),
  })
}

/** The keys that Alipay signs with, newest last. @throws AppError when one cannot be used. */
export function readAlipayKeys(stack: AlipayStack): Promise<readonly AlipayKeyRecord[]> {
  return read(stack, {
    purpose: 'alipay-keys',
    id: stack.alipay.secrets.keys,
    parse: (text) => {
      parseAlipayKeys(text)
      return parseJson(AlipayKeysSecret, text).keys
    },
  })
}

interface Wanted<Value> {
  readonly purpose: SecretPurpose
  readonly id: string
  readonly parse: (text: string) => Value
}

/** @throws CliError `failed` when the secret is empty; AppError `key_unavailable` when it cannot be read or used. */
async function read<Value>(
  { secretsManager, name }: Pick<StackAccess, 'secretsManager' | 'name'>,
  { purpose, id, parse }: Wanted<Value>,
): Promise<Value> {
  const found = await readSecret({ client: secretsManager, secretId: id, purpose })
  if (found !== undefined) return parseSecret(purpose, found.text, parse)
  throw new CliError(
    'failed',
    `the ${purpose} secret of the stack ${name} has no value yet`,
    `fill it with wxpay setup${purpose.startsWith('alipay-') ? ' --provider alipay' : ''} --stack ${name}`,
  )
}
