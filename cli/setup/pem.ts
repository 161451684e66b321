/** PEM as people paste it, made into PEM as it should be; and what is wrong with it in a sentence when that cannot be done. */
import { CliError } from '#cli/terminal/cli-error.ts'
import { textOf } from '#cli/terminal/input-file.ts'
import { derToPem } from './der.ts'
import type { PemKind } from './der.ts'

const LABELS: Readonly<Record<PemKind, readonly string[]>> = {
  'private key': ['PRIVATE KEY', 'RSA PRIVATE KEY'],
  certificate: ['CERTIFICATE'],
  'public key': ['PUBLIC KEY'],
}

/** PEM of this kind out of a file: PEM in UTF-8 or UTF-16, or DER. @throws CliError `usage` that says what it is instead. */
export function pemOf(bytes: Uint8Array, kind: PemKind, source: string): string {
  return tidyPem(derToPem(bytes, kind, source) ?? textOf(bytes), kind, source)
}

/** Which file of WeChat's it is that people usually want. */
const FILES: Readonly<Record<PemKind, string>> = {
  'private key': 'apiclient_key.pem of the merchant API certificate',
  certificate: 'apiclient_cert.pem of the merchant API certificate',
  'public key': 'pub_key.pem from the merchant platform (微信支付公钥)',
}

const BLOCK = /-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----([\s\S]*?)-----\s*END \1\s*-----/g

/**
 * Finds the one block of this kind and writes it anew: 64 digits a line, `\n` at each end. Byte order marks, Windows line
 * ends, pasted blanks, lost line breaks and text around the block do no harm.
 *
 * @param source how to call the text in messages, as in `file apiclient_key.pem`.
 * @throws CliError `usage` that says which block was found instead. Never quotes the text.
 */
function tidyPem(text: string, kind: PemKind, source: string): string {
  const blocks = pemBlocks(text)
  const wanted = blocks.filter(({ label }) => LABELS[kind].includes(label))
  const [block, second] = wanted
  const remedy = `give ${FILES[kind]}, unchanged`
  if (block === undefined)
    throw new CliError('usage', `${source} holds no ${kind}: ${insteadOf(text, blocks)}`, remedy)
  if (second !== undefined && kind !== 'certificate') {
    throw new CliError(
      'usage',
      `${source} holds ${wanted.length} blocks of the kind ${kind}`,
      'leave only one in it',
    )
  }
  if (/[^A-Za-z0-9+/=]/.test(block.base64)) {
    throw new CliError(
      'usage',
      `${source} has characters inside the ${kind} that are not base64`,
      `${remedy}: copy the file itself, not its text out of a page or a mail`,
    )
  }
  return block.pem
}

export interface PemBlock {
  readonly label: string
  readonly base64: string
  readonly pem: string
}

/** All blocks of a text, tidy. */
export function pemBlocks(text: string): readonly PemBlock[] {
  // A value out of JSON or an environment variable often has its line ends escaped.
  const lines = text.replaceAll(String.raw`\r`, '').replaceAll(String.raw`\n`, '\n')
  return [...lines.matchAll(BLOCK)].map(([, label = '', body = '']) => {
    const base64 = body.replaceAll(/\s/g, '')
    const wrapped = base64.replaceAll(/.{1,64}/g, (line) => `${line}\n`)
    return { label, base64, pem: `-----BEGIN ${label}-----\n${wrapped}-----END ${label}-----\n` }
  })
}

function insteadOf(text: string, blocks: readonly PemBlock[]): string {
  const labels = blocks.map(({ label }) => label)
  if (labels.includes('ENCRYPTED PRIVATE KEY')) {
    return 'its private key is encrypted (openssl pkcs8 -in <file> -out <new file> decrypts it)'
  }
  if (labels.length > 0) return `it holds ${labels.join(', ')}`
  if (text.trim() === '') return 'it is empty'
  if (text.includes('-----BEGIN')) return 'its block has no matching END line; it may be cut off'
  return text.includes('\0')
    ? 'it is binary (a .p12 is given with --p12)'
    : 'it has no -----BEGIN …----- line'
}
