/** Compares what setup was given for Alipay with what its secrets hold, and writes only what differs. */
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import type { AppSigner } from '#shared/alipay/app-signer.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AlipayKeysSecret, AlipaySigningSecret } from '#shared/secrets/alipay-secrets.ts'
import type { AlipaySigningRecord } from '#shared/secrets/alipay-secrets.ts'
import type { AlipayStack } from '#cli/stack/stack-access.ts'
import { checkedKey } from './alipay-files.ts'
import type { AlipayInputs } from './alipay-inputs.ts'
import { keyName, recordName } from './alipay-key-names.ts'
import type { SecretChange } from './setup-plan.ts'
import { storedSecret, type StoredSecret } from './stored-secret.ts'

const UNSEEN = 'what is stored cannot be read by these credentials and is replaced'

export function storedSigning(stack: AlipayStack): Promise<StoredSecret<AlipaySigningRecord>> {
  const { signing: id } = stack.alipay.secrets
  return storedSecret(stack, { id, purpose: 'alipay-signing', schema: AlipaySigningSecret })
}

interface Planned {
  readonly inputs: AlipayInputs
  readonly stored: StoredSecret<AlipaySigningRecord>
  readonly now: number
}

/** The changes, in the order in which they are to be written. Empty when everything is as given already. */
export async function planAlipay(stack: AlipayStack, planned: Planned): Promise<readonly SecretChange[]> {
  const changes = [
    // Verification first: from then on everything that Alipay sends can be read, whatever becomes of the rest.
    await keysChange(stack, planned),
    signingChange(stack, planned),
  ]
  return changes.filter((change) => change !== undefined)
}

function signingChange(stack: AlipayStack, { inputs, stored }: Planned): SecretChange | undefined {
  const { signing: next, signer } = inputs
  if (next === undefined || signer === undefined) return undefined
  const now = stored.readable ? stored.value : undefined
  if (now !== undefined && equal(now, next)) return undefined
  const before = now === undefined ? '' : ', instead of what is in force now'
  return {
    purpose: 'alipay-signing',
    effect: `sign calls of the app ${stack.alipay.appId} with ${signerName(signer)}${before}${stored.readable ? '' : `; ${UNSEEN}`}; Alipay refuses them until its console has this key`,
    write: () => put(stack, stack.alipay.secrets.signing, next),
  }
}

/** By what Alipay compares with its console. */
function signerName({ privateKey, certificates }: AppSigner): string {
  const key = keyName(privateKey)
  if (certificates === undefined) return `${key}, without certificates`
  const { app_cert_sn, alipay_root_cert_sn } = certificates
  return `${key}, app_cert_sn ${app_cert_sn}, alipay_root_cert_sn ${alipay_root_cert_sn}`
}

async function keysChange(stack: AlipayStack, { inputs, now }: Planned): Promise<SecretChange | undefined> {
  const { key, previousKey, onlyThisKey } = inputs
  if (key === undefined) return undefined
  const id = stack.alipay.secrets.keys
  const stored = await storedSecret(stack, { id, purpose: 'alipay-keys', schema: AlipayKeysSecret })
  const before = stored.readable ? (stored.value?.keys ?? []) : []
  const beside = previousKey ?? (onlyThisKey ? undefined : lastValid(before, { key, now }))
  const next = beside === undefined || isSame(beside, key) ? [key] : [beside, key]
  if (equal({ keys: before }, { keys: next })) return undefined
  const dropped = before.filter((one) => !next.some((other) => isSame(one, other))).map(nameOf)
  return {
    purpose: 'alipay-keys',
    effect: [
      `verify with the ${recordName(key)} of Alipay`,
      ...(next.length === 1 ? [] : next.slice(0, -1).map((one) => `the ${nameOf(one)} stays beside it`)),
      ...dropped.map((name) => `the ${name} goes`),
      ...(stored.readable
        ? []
        : [`${UNSEEN} (give --previous-alipay-key while Alipay may still sign with it)`]),
    ].join('; '),
    write: () => put(stack, id, { keys: next }),
  }
}

/** The newest that is another than this one and can still verify. */
function lastValid(
  records: readonly AlipayKeyRecord[],
  { key, now }: { readonly key: AlipayKeyRecord; readonly now: number },
): AlipayKeyRecord | undefined {
  return records.findLast((record) => {
    if (isSame(record, key)) return false
    try {
      return checkedKey(record).notAfter > now
    } catch {
      return false
    }
  })
}

/** However it is written: bare Base64 and PEM are one key. */
function isSame(one: AlipayKeyRecord, other: AlipayKeyRecord): boolean {
  return one.kind === other.kind && nameOf(one) === nameOf(other)
}

/** Also of one that nobody can use: what is stored has to be named. */
function nameOf(record: AlipayKeyRecord): string {
  try {
    return recordName(record)
  } catch {
    return `unusable ${record.kind}`
  }
}

async function put({ secretsManager }: AlipayStack, id: string, value: object): Promise<void> {
  await secretsManager.send(new PutSecretValueCommand({ SecretId: id, SecretString: JSON.stringify(value) }))
}

function equal(a: object, b: object): boolean {
  return canonicalHash(a) === canonicalHash(b)
}
