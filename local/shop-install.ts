/** Installs the example shop as anybody else would: the client as a package, and from the registry what it names. */
import { execFile } from 'node:child_process'
import { rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '..')
export const SHOP = join(ROOT, 'examples/shop')
const TARBALL = 'wechatpay-lambda-client.tgz'

/** @param say told what is being done; it takes some seconds. */
export async function installShop(say: (line: string) => void): Promise<void> {
  say('packing the client, and installing the shop with it …')
  const { stdout } = await run(process.execPath, ['client/packaging/pack.ts', SHOP], { cwd: ROOT })
  // Without the version, so that the shop need not name it.
  await rename(stdout.trim(), join(SHOP, TARBALL))
  // The name of the tarball makes npm take it again: it may have changed.
  const quiet = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', `./${TARBALL}`, '--omit=dev', '--no-save', ...quiet], { cwd: SHOP })
  say('shop installed')
}
