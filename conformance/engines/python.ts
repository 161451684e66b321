/** Engines from PyPI, each in an environment of its own below .local, with every version pinned. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Missing } from '../part.ts'

const run = promisify(execFile)
const FOLDER = resolve(import.meta.dirname, '../../.local/conformance')

/**
 * Installs what `<name>.txt` beside this file lists, unless it is there already.
 *
 * @returns the folder of its programs.
 * @throws Missing where there is no Python 3 with venv, or the registry does not have it.
 */
export async function pythonEngine(name: string): Promise<string> {
  const requirements = join(import.meta.dirname, `${name}.txt`)
  const place = join(FOLDER, name)
  const marker = join(place, 'installed')
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const found = await readFile(marker, 'utf8').catch(() => '')
  if (found !== wanted) await install(place, requirements).then(() => writeFile(marker, wanted))
  return join(place, 'bin')
}

async function install(place: string, requirements: string): Promise<void> {
  await rm(place, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', place])
    const flags = ['--quiet', '--disable-pip-version-check', '--no-deps']
    await run(join(place, 'bin/pip'), ['install', ...flags, '-r', requirements])
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    const last = text.trim().split('\n').at(-1) ?? ''
    throw new Missing(`Python 3.10 with venv and pip did not install it: ${last}`)
  }
}

/** The version of a package as its list pins it. */
export async function pinnedVersion(list: string, name = list): Promise<string> {
  const text = await readFile(join(import.meta.dirname, `${list}.txt`), 'utf8')
  return new RegExp(`^${name}==(.+)$`, 'm').exec(text)?.[1] ?? ''
}
