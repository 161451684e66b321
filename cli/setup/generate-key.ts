/** A key pair for an app of Alipay, written where only its owner reads it, and never over a file that is there. */
import { generateKeyPair } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { World } from '#cli/terminal/world.ts'

/** What Alipay's own tool makes. */
const BITS = 2048

export interface GeneratedKey {
  /** PKCS#8 PEM. */
  readonly pem: string
  /** @throws CliError `usage` when the file exists or cannot be made. */
  readonly keep: () => Promise<void>
}

export async function generateAppKey({ directory }: World, path: string): Promise<GeneratedKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { pem, keep: () => written(resolve(directory, path), pem) }
}

async function written(file: string, pem: string): Promise<void> {
  try {
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = code === 'EEXIST' ? 'exists already' : `cannot be made (${code})`
    throw new CliError(
      'usage',
      `the file ${file} ${reason}`,
      'name a new one; a key that exists is given with --app-private-key',
      { cause },
    )
  }
}
