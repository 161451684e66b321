/** The client as others get it: packed, installed into an empty folder without any registry, imported, required, type-checked. */
import { execFile } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { versionOf } from '#test/node-versions/try-node.ts'
import { installedBinaries } from '#test/node-versions/versions.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const NAME = 'wechatpay-lambda-client'
/** Each is the whole client, for one way of loading it. */
const MOST_BYTES = 30_000

let place: string
const installed = (...path: readonly string[]): string => join(place, 'empty/node_modules', NAME, ...path)

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'client-package-'))
  const { stdout } = await run(process.execPath, ['client/packaging/pack.ts', place])
  const empty = join(place, 'empty')
  await mkdir(empty)
  await writeFile(join(empty, 'package.json'), '{"private":true}')
  const offline = ['--offline', '--no-audit', '--no-fund', '--cache', join(place, 'cache')]
  await run('npm', ['install', ...offline, stdout.trim()], { cwd: empty })
})
afterAll(() => rm(place, { recursive: true, force: true }))

describe('the package', () => {
  it('comes alone, says what npm needs to know, and is small', () => {
    expect(readdirSync(join(place, 'empty/node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      NAME,
    ])
    const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toMatchObject({ license: 'Apache-2.0', engines: { node: '>=20.3' } })
    expect(manifest['dependencies']).toBeUndefined()
    for (const file of ['LICENSE', 'README.md', 'README.zh-CN.md', 'THIRD-PARTY.txt'])
      expect(statSync(installed(file)).size).toBeGreaterThan(1000)
    for (const file of ['dist/index.js', 'dist/index.cjs'])
      expect(statSync(installed(file)).size).toBeLessThan(MOST_BYTES)
    const code = readFileSync(installed('dist/index.js'), 'utf8')
    expect(code).not.toMatch(/@aws-sdk|dynamodb|\/work\//i)
  })

  it('is imported and required by every Node.js that is here, from 20 on', async () => {
    const names =
      'WechatPayments, WechatPaymentsError, createEventFilter, fromEnvironment, parseEvent, parseEvents'
    const print = `console.log(Object.keys(client).toSorted().join(', '))`
    const forms = [
      ['--input-type=module', '-e', `import * as client from '${NAME}'; ${print}`],
      ['-e', `const client = require('${NAME}'); ${print}`],
    ]
    const versions = await Promise.all(
      [...new Set(installedBinaries())].map(async (binary) => [binary, await versionOf(binary)] as const),
    )
    const tried = versions.filter(([, version]) => Number(version?.split('.')[0] ?? 0) >= 20)
    for (const [binary] of tried)
      for (const form of forms)
        expect((await run(binary, form, { cwd: join(place, 'empty') })).stdout.trim()).toBe(names)
    expect(tried.map(([, version]) => `v${version}`)).toContain(process.version)
  })

  it('has types that hold what is right and refuse what is wrong, for import and require', async () => {
    const empty = join(place, 'empty')
    copyFileSync(join(import.meta.dirname, 'types.ts.txt'), join(empty, 'uses.mts'))
    await writeFile(
      join(empty, 'uses.cts'),
      `import client = require('${NAME}')\nexport const made: typeof client.WechatPayments = client.WechatPayments\n`,
    )
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--exactOptionalPropertyTypes',
    ]
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, [...options, ...types, 'uses.mts', 'uses.cts'], { cwd: empty }).catch(
      (failed: { stdout: string }) => failed,
    )
    expect(stdout).toBe('')
  })
})
