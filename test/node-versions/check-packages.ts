/** `npm run check:packages`: packs what is published, installs each in an empty folder, and uses it with each promised Node.js. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installByNpm, installPackage } from '#test/support/installed-package.ts'
import { installNode } from './install-node.ts'
import { TRIALS } from './package-trials.ts'
import { table } from './table.ts'
import type { Row } from './table.ts'
import { binaryOf, PROMISED_BY_PACKAGES, ROOT } from './versions.ts'

/** What the oldest has not does not compile. */
await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'release/node-20.tsconfig.json'], {
  cwd: ROOT,
})
const installed = Object.entries(TRIALS).map(async ([name, trial]) => ({
  name,
  trial,
  folder: await installPackage(name, trial.build, installByNpm),
}))
const packages = await Promise.all(installed)
const rows: Row[] = []
try {
  for (const version of PROMISED_BY_PACKAGES) {
    process.stdout.write(`Node.js ${version} …\n`)
    await installNode(version)
    rows.push({ version, ...(await tried(version)) })
  }
} finally {
  for (const { folder } of packages) await folder.remove()
}
process.stdout.write(`${table(['version', ...Object.keys(TRIALS)], rows)}\n`)
if (rows.some((row) => Object.values(row).includes('FAILED'))) process.exitCode = 1

async function tried(version: string): Promise<Row> {
  const row: Record<string, string> = {}
  for (const { name, trial, folder } of packages) {
    if (!promises(folder.manifest['engines'], version)) continue
    try {
      await trial.run(folder, binaryOf(version))
      row[name] = 'ok'
    } catch (error) {
      row[name] = 'FAILED'
      process.stderr.write(`${version} ${name}: ${String(error)}\n`)
    }
  }
  return row
}

/** `engines` has the form `>=20.3`. */
function promises(engines: unknown, version: string): boolean {
  const [, major = 0, minor = 0] = /^\{"node":">=(\d+)\.(\d+)"\}$/.exec(JSON.stringify(engines)) ?? []
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number)
  return foundMajor > Number(major) || (foundMajor === Number(major) && foundMinor >= Number(minor))
}
