/** A package of ours as others get it: packed, and installed without any registry into an empty folder. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tarballOf } from '#release/tarball.ts'
import { versionOf } from '#test/node-versions/try-node.ts'
import { installedBinaries } from '#test/node-versions/versions.ts'

export interface InstalledPackage {
  /** The folder in which it was installed. */
  readonly folder: string
  /** What stands in node_modules there. */
  readonly packages: readonly string[]
  readonly manifest: Readonly<Record<string, unknown>>
  readonly pathOf: (...path: readonly string[]) => string
  readonly read: (...path: readonly string[]) => string
  /** Relative links of a page. */
  readonly linksOf: (page: string) => readonly string[]
  /** The file behind a command, for a Node.js to run. */
  readonly command: (name: string) => string
  readonly remove: () => Promise<void>
}

export async function installPackage(
  name: string,
  build: (folder: string) => void,
): Promise<InstalledPackage> {
  const place = await mkdtemp(join(tmpdir(), `${name}-`))
  const folder = join(place, 'empty')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  // What it needs of its app is put there by whoever tries it.
  const offline = [
    '--offline',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
    '--cache',
    join(place, 'cache'),
  ]
  await promisify(execFile)('npm', ['install', ...offline, tarballOf(build, place)], { cwd: folder })
  const pathOf = (...path: readonly string[]) => join(folder, 'node_modules', name, ...path)
  const read = (...path: readonly string[]) => readFileSync(pathOf(...path), 'utf8')
  return {
    folder,
    packages: readdirSync(join(folder, 'node_modules')).filter((entry) => !entry.startsWith('.')),
    manifest: JSON.parse(read('package.json')) as Record<string, unknown>,
    pathOf,
    read,
    linksOf: (page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!),
    command: (command) => join(folder, 'node_modules/.bin', command),
    remove: () => rm(place, { recursive: true, force: true }),
  }
}

/** The Node.js that are here, from a major on, by their versions. */
export async function nodesFrom(major: number): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const binary of new Set(installedBinaries())) {
    const version = await versionOf(binary)
    if (version !== undefined && Number(version.split('.')[0]) >= major) found.set(version, binary)
  }
  return found
}
