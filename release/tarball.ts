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

/** By the command line that was given: says where the tarball is, in the folder that was named, or in .local/pack. */
export function pack(build: (folder: string) => void): void {
  const target = resolve(process.argv[2] ?? join(ROOT, '.local/pack'))
  process.stdout.write(`${tarballOf(build, target)}\n`)
}
