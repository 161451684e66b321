/** Finds the encrypted resources in what people hand over, and opens them with an explanation when that fails. */
import type { KeyObject } from 'node:crypto'
import * as v from 'valibot'
import { AEAD_AES, AEAD_SM4, decryptResource } from '#shared/crypto/aead.ts'
import type { EncryptedResource } from '#shared/crypto/aead.ts'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { CliError } from '#cli/terminal/cli-error.ts'

const Resource = v.object({
  algorithm: v.string(),
  ciphertext: v.string(),
  nonce: v.string(),
  associated_data: v.optional(v.nullable(v.string())),
})
const Notification = v.object({ resource: Resource })
const Certificates = v.object({ data: v.array(v.object({ encrypt_certificate: Resource })) })

/** @throws CliError `usage` when there is nothing encrypted in it. */
export function readResources(bytes: Buffer): readonly EncryptedResource[] {
  const json = jsonOf(bytes)
  const notification = v.safeParse(Notification, json)
  if (notification.success) return [resourceOf(notification.output.resource)]
  const list = v.safeParse(Certificates, json)
  if (list.success) return list.output.data.map(({ encrypt_certificate }) => resourceOf(encrypt_certificate))
  const bare = v.safeParse(Resource, json)
  if (bare.success) return [resourceOf(bare.output)]
  throw new CliError(
    'usage',
    'the input has no encrypted resource (algorithm, ciphertext, nonce)',
    'give the body of a notification, its field resource, or the answer of GET /v3/certificates',
  )
}

/** @throws CliError `failed` that says whether algorithm, sizes, additional data or the key are wrong. */
export function openResource(resource: EncryptedResource, keys: readonly KeyObject[]): Buffer {
  const plain = decryptResource(keys, resource)
  if (plain !== undefined) return plain
  throw explained(resource, keys)
}

const AAD_GUESSES = ['', 'transaction', 'refund', 'certificate', 'additional_data']

function explained(resource: EncryptedResource, keys: readonly KeyObject[]): CliError {
  const { algorithm, nonce, ciphertext } = resource
  const asReceived = 'take all values of the resource from the parsed JSON, unchanged'
  if (algorithm !== AEAD_AES && algorithm !== AEAD_SM4) {
    return failure(
      `the algorithm is ${algorithm.slice(0, 32)}, and WeChat seals with ${AEAD_AES} or ${AEAD_SM4}`,
      asReceived,
    )
  }
  const nonceBytes = Buffer.byteLength(nonce)
  if (nonceBytes !== 12) return failure(`the nonce has ${nonceBytes} bytes and must have 12`, asReceived)
  const bytes = decodeBase64(ciphertext)
  if (bytes === undefined)
    return failure('the ciphertext is not strict base64: it was cut off or changed', asReceived)
  if (bytes.length <= 16)
    return failure(`the ciphertext has ${bytes.length} bytes: not more than its tag`, asReceived)
  const fitting = AAD_GUESSES.find(
    (associated_data) => decryptResource(keys, { ...resource, associated_data }) !== undefined,
  )
  if (fitting !== undefined) {
    return failure(`the associated_data is wrong: with "${fitting}" it decrypts`, asReceived)
  }
  return failure(
    `the tag does not match under ${keys.length === 1 ? 'the APIv3 key' : `any of the ${keys.length} APIv3 keys`}: another key encrypted it, or the ciphertext was changed`,
    "use this merchant's APIv3 key (not the APIv2 key); after a reset in the merchant platform, older notifications need the previous key: wxpay setup keeps it",
  )
}

function failure(message: string, remedy: string): CliError {
  return new CliError('failed', message, remedy)
}

function resourceOf({
  associated_data: aad,
  ...resource
}: v.InferOutput<typeof Resource>): EncryptedResource {
  return { ...resource, associated_data: aad ?? '' }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new CliError(
      'usage',
      'the input is not JSON',
      'give the raw body of the notification (v2 notifications are XML and not encrypted this way)',
      { cause },
    )
  }
}
