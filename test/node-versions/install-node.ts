import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { versionOf } from './try-node.ts'
import { binaryOf, INSTALLED, PACKAGE } from './versions.ts'

/** Into `.local/nodes`, from npm, unless it is there. */
export async function installNode(version: string): Promise<void> {
  if ((await versionOf(binaryOf(version))) === version) return
  const folder = join(INSTALLED, version)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  const wanted = `${PACKAGE}@${version}`
  await promisify(execFile)('npm', ['install', '--no-package-lock', '--ignore-scripts', wanted], {
    cwd: folder,
  })
}
