/** Keys and certificates of Alipay out of the files that people have: PEM, DER, or the bare Base64 of Alipay's tool and pages. */
import { createPublicKey } from 'node:crypto'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import type { AppSigner } from '#shared/alipay/app-signer.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readInputFile, textOf } from '#cli/terminal/input-file.ts'
import type { World } from '#cli/terminal/world.ts'
import { derToPem, type PemKind } from './der.ts'
import { type PemBlock, pemBlocks } from './pem.ts'

const KEY_FILE = "the file that Alipay's key tool wrote (应用私钥), unchanged"
const PUBLIC_FILE = "支付宝公钥 as the app's page in Alipay's console shows it, in a file of its own"

/** The app private key as the functions take it: PEM, or bare Base64. @throws CliError `usage` */
export async function readAppKey(world: World, path: string): Promise<string> {
  const { blocks, text } = await contentOf(world, path, 'private key')
  const [block, second] = blocks.filter(({ label }) => /^(?:RSA )?PRIVATE KEY$/.test(label))
  if (second !== undefined)
    throw new CliError('usage', `${path} holds several private keys`, 'leave only one in it')
  if (block !== undefined) return block.pem
  if (blocks.length > 0) throw otherThan(path, 'private key', { blocks, give: KEY_FILE })
  if (isPublic(text)) {
    throw new CliError(
      'usage',
      `${path} holds a public key, and the private one is needed`,
      `give 应用私钥, not 应用公钥: ${KEY_FILE}`,
    )
  }
  return bare(path, 'private key', { text, give: KEY_FILE })
}

/** All certificates of a file, in its order, tidy. @throws CliError `usage` */
export async function readCertificates(world: World, path: string): Promise<string> {
  const { blocks } = await contentOf(world, path, 'certificate')
  const found = blocks.filter(({ label }) => label === 'CERTIFICATE')
  if (found.length > 0) return found.map(({ pem }) => pem).join('')
  throw otherThan(path, 'certificate', { blocks, give: 'the .crt file as Alipay issued it' })
}

/** A public key of Alipay, or its certificate, told apart by what is in the file. @throws CliError `usage` */
export async function readAlipayKey(world: World, path: string): Promise<AlipayKeyRecord> {
  const { blocks, text } = await contentOf(world, path, 'public key')
  if (blocks.some(({ label }) => label === 'CERTIFICATE'))
    return { kind: 'certificate', pem: await readCertificates(world, path) }
  const block = blocks.find(({ label }) => label === 'PUBLIC KEY')
  if (block !== undefined) return { kind: 'public_key', pem: block.pem }
  if (blocks.length > 0) throw otherThan(path, 'public key', { blocks, give: PUBLIC_FILE })
  const pem = bare(path, 'public key', { text, give: PUBLIC_FILE })
  if (isPublic(pem)) return { kind: 'public_key', pem }
  throw new CliError('usage', `${path} holds no public key that can be read`, `give ${PUBLIC_FILE}`)
}

/** @throws CliError `usage` in the words of what is wrong with it. */
export function usable<Value>(load: () => Value, remedy: string): Value {
  try {
    return load()
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause
    throw new CliError('usage', cause.message, remedy, { cause })
  }
}

export function signerOf(record: Parameters<typeof loadAppSigner>[0]): AppSigner {
  return usable(() => loadAppSigner(record), "give the files as Alipay's tool and console wrote them")
}

export function checkedKey(record: AlipayKeyRecord) {
  const [key] = usable(() => createAlipayKeyRing([record]).keys, `give ${PUBLIC_FILE}`)
  if (key !== undefined) return key
  throw new CliError('usage', 'the key of Alipay cannot be used', `give ${PUBLIC_FILE}`)
}

interface Content {
  readonly blocks: readonly PemBlock[]
  readonly text: string
}

async function contentOf(world: World, path: string, kind: PemKind): Promise<Content> {
  const bytes = await readInputFile(world, path)
  const text = derToPem(bytes, kind, path) ?? textOf(bytes)
  return { blocks: pemBlocks(text), text }
}

function otherThan(
  path: string,
  kind: PemKind,
  { blocks, give }: { readonly blocks: readonly PemBlock[]; readonly give: string },
): CliError {
  const labels = blocks.map(({ label }) => label)
  const instead = labels.length === 0 ? 'no PEM is in it' : `it holds ${labels.join(', ')}`
  return new CliError('usage', `${path} holds no ${kind}: ${instead}`, `give ${give}`)
}

/** Text that may be the Base64 of a key. */
function bare(path: string, kind: PemKind, { text, give }: { readonly text: string; readonly give: string }) {
  const digits = text.replaceAll(/\s/g, '')
  if (/^[A-Za-z0-9+/]{100,}={0,2}$/.test(digits)) return digits
  const instead = digits === '' ? 'it is empty' : 'it is neither PEM nor Base64'
  throw new CliError('usage', `${path} holds no ${kind}: ${instead}`, `give ${give}`)
}

function isPublic(text: string): boolean {
  try {
    createPublicKey({ key: Buffer.from(text.replaceAll(/\s/g, ''), 'base64'), format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}
