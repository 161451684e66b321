/** A package of ours as others get it: packed, and put into an empty folder without any registry. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tarballOf } from '#release/tarball.ts'
import { versionOf } from '#test/node-versions/try-node.ts'
import { installedBinaries } from '#test/node-versions/versions.ts'

const run = promisify(execFile)

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

type Install = (tarball: string, folder: string, name: string) => Promise<unknown>

/** What npm does with a package that needs nothing, in a fraction of its time. */
const unpack: Install = async (tarball, folder, name) => {
  const target = join(folder, 'node_modules', name)
  await mkdir(target, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components', '1', '-C', target])
}

/** What it needs of its app is put there by whoever tries it. */
export const installByNpm: Install = (tarball, folder) => {
  const offline = ['--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', '--cache', `${folder}-cache`]
  return run('npm', ['install', ...offline, tarball], { cwd: folder })
}

export async function installPackage(
  name: string,
  build: (folder: string) => void,
  install = unpack,
): Promise<InstalledPackage> {
  const place = await mkdtemp(join(tmpdir(), `${name}-`))
  const folder = join(place, 'empty')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await install(tarballOf(build, place), folder, name)
  const pathOf = (...path: readonly string[]) => join(folder, 'node_modules', name, ...path)
  const read = (...path: readonly string[]) => readFileSync(pathOf(...path), 'utf8')
  const manifest = JSON.parse(read('package.json')) as InstalledPackage['manifest']
  return {
    folder,
    packages: readdirSync(join(folder, 'node_modules')).filter((entry) => !entry.startsWith('.')),
    manifest,
    pathOf,
    read,
    linksOf: (page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!),
    command: (command) => pathOf((manifest['bin'] as Record<string, string>)[command]!),
    remove: () => rm(place, { recursive: true, force: true }),
  }
}

/** The Node.js that are here and that a package promises, by their versions. @param oldest as in `20.12`. */
export async function nodesFrom(oldest: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const binary of new Set(installedBinaries())) {
    const version = await versionOf(binary)
    if (version !== undefined && version.localeCompare(oldest, 'en', { numeric: true }) >= 0)
      found.set(version, binary)
  }
  return found
}
