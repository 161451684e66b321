/** Makes the tarball of a package of its own, by the command line that was given. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** @param build writes the package into a folder. Says where the tarball is: in the folder that was named, or in .local/pack. */
export function pack(name: string, build: (folder: string) => void): void {
  const target = resolve(process.argv[2] ?? join(import.meta.dirname, '../../.local/pack'))
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  try {
    build(folder)
    mkdirSync(target, { recursive: true })
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
      cwd: folder,
      encoding: 'utf8',
    })
    process.stdout.write(`${join(target, packed.trim())}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
