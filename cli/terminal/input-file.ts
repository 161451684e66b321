/** Reads the files that the command line names; `-` is standard input. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { loadSmFor } from '#shared/crypto/load-sm.ts'
import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'
import type { World } from './world.ts'

const MAX_BYTES = 4 * 1024 * 1024

/**
 * @param wanted what to give, for whoever is asked for it at a terminal
 * @throws CliError `usage` when the file cannot be read, standard input is empty, or it is far too large for what it should be.
 */
export async function readInputFile(
  { terminal, directory }: World,
  path: string,
  wanted = 'it',
): Promise<Buffer> {
  const bytes = path === '-' ? await readTyped(terminal, wanted) : await readNamed(resolve(directory, path))
  if (bytes.length <= MAX_BYTES) {
    // Keys of SM2 in it, as PEM or DER, need no waiting any more.
    await Promise.all([loadSmFor(bytes), loadSmFor(textOf(bytes))])
    return bytes
  }
  throw new CliError(
    'usage',
    `${path} has ${bytes.length} bytes; at most ${MAX_BYTES} make sense here`,
    'check which file it is',
  )
}

export async function readInputText(world: World, path: string): Promise<string> {
  return textOf(await readInputFile(world, path))
}

/** Text in UTF-8, or in the UTF-16 that PowerShell's `>` and Windows editors write. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  // Without a mark, ASCII in UTF-16 shows by its zero bytes.
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be'
  return 'utf-8'
}

async function readTyped(terminal: Terminal, wanted: string): Promise<Buffer> {
  if (terminal.interactive) {
    terminal.err(`reading standard input: paste ${wanted}, then press Ctrl-D (on Windows Ctrl-Z and Enter)\n`)
  }
  const bytes = await terminal.readInput()
  if (bytes.length > 0) return bytes
  throw new CliError('usage', 'standard input is empty', `name a file, or pipe ${wanted} in`)
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
