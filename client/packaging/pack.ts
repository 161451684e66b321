/** `npm run pack:client [-- <folder>]`: makes the tarball of the client's own package. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildPackage } from './build.ts'

const target = resolve(process.argv[2] ?? join(import.meta.dirname, '../../.local/pack'))
const folder = mkdtempSync(join(tmpdir(), 'wechatpay-client-'))
try {
  buildPackage(folder)
  mkdirSync(target, { recursive: true })
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
  })
  process.stdout.write(`${join(target, packed.trim())}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
