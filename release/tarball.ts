/** Makes the tarball of a package of its own. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ROOT } from './project.ts'

/** @param build writes the package into a folder. @returns where the tarball is, in `target`. */
export function tarballOf(build: (folder: string) => void, target: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wxpay-package-'))
  try {
    build(folder)
    mkdirSync(target, { recursive: true })
    const command = ['pack', '--silent', '--pack-destination', target]
    return join(target, execFileSync('npm', command, { cwd: folder, encoding: 'utf8' }).trim())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const USAGE =
  'usage: npm run pack:<package> [-- <folder>]    the folder for the tarball, .local/pack unless it is named\n'

/** By the command line that was given: says where the tarball is, in the folder that was named, or in .local/pack. */
export function pack(build: (folder: string) => void): void {
  const [, , folder, ...more] = process.argv
  if (folder === '--help' || folder === '-h') {
    process.stdout.write(USAGE)
  } else if (folder?.startsWith('-') === true || more.length > 0) {
    process.stderr.write(`${[folder, ...more].join(' ')} is not one folder\n${USAGE}`)
    process.exitCode = 2
  } else {
    process.stdout.write(`${tarballOf(build, resolve(folder ?? join(ROOT, '.local/pack')))}\n`)
  }
}
