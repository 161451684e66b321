/** Brings clients from npm into a folder that git ignores, and loads them from there. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

export const FOLDER = resolve(import.meta.dirname, '../../.local/clients')

/** Installs a package with its exact version. @returns undefined, or in one line why it is not there. */
export function install(name: string, version: string): string | undefined {
  mkdirSync(FOLDER, { recursive: true })
  const manifest = join(FOLDER, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n')
  if (versionOf(name) === version) return undefined
  try {
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', '--loglevel=error']
    execFileSync('npm', ['install', ...flags, `${name}@${version}`], {
      cwd: FOLDER,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return undefined
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    return /^npm error (?:code )?(.*)$/m.exec(text)?.[1] ?? 'npm install failed'
  }
}

function versionOf(name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** Loads an installed package. Nobody here knows its types. */
export function packageOf(name: string) {
  return createRequire(join(FOLDER, 'package.json'))(name)
}
