/** Versions of Node.js that are tried, and where they lie. */
import { readdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** The oldest and the newest of each major that `engines` of package.json promises. */
export const PROMISED = ['22.18.0', '22.23.3', '24.0.0', '24.21.0', '25.9.0', '26.0.0', '26.10.0']

/** Versions around the promise, which have to be refused in one sentence. */
export const REFUSED = ['20.20.2', '22.12.0', '22.17.1', '23.11.1']

/** The same of the packages, which are built JavaScript and promise more: each from the oldest on that its `engines` names. */
export const PROMISED_BY_PACKAGES = [
  '20.3.0',
  '20.12.0',
  '20.20.2',
  '22.0.0',
  '22.23.3',
  '24.0.0',
  '24.21.0',
  '26.10.0',
]

/** npm has each release of Node.js as a package, for each system. */
export const PACKAGE = `node-${process.platform}-${process.arch}`

/** Where `npm run check:node` installs versions; git ignores it. */
export const INSTALLED = join(ROOT, '.local', 'nodes')

export function binaryOf(version: string): string {
  return join(INSTALLED, version, 'node_modules', PACKAGE, 'bin', 'node')
}

/** The Node.js that runs this, those that `npm run check:node` has installed, and those on the PATH. */
export function installedBinaries(): string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return [process.execPath, ...foldersIn(INSTALLED).map(binaryOf), ...onPath]
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
