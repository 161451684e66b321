/** Reads the files that the command line names; `-` is standard input. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.ts'
import type { World } from './world.ts'

const MAX_BYTES = 4 * 1024 * 1024

/** @throws CliError `usage` when the file cannot be read or is far too large for what it should be. */
export async function readInputFile({ terminal, directory }: World, path: string): Promise<Buffer> {
  const bytes = path === '-' ? await terminal.readInput() : await readNamed(resolve(directory, path))
  if (bytes.length <= MAX_BYTES) return bytes
  throw new CliError(
    'usage',
    `${path} has ${bytes.length} bytes; at most ${MAX_BYTES} make sense here`,
    'check which file it is',
  )
}

export async function readInputText(world: World, path: string): Promise<string> {
  return (await readInputFile(world, path)).toString('utf8')
}

async function readNamed(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new CliError('usage', `the file ${path} ${reason}`, 'check the path', { cause })
  }
}
