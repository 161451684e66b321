/** The client as others get it: packed, installed into an empty folder without any registry, imported, required, type-checked. */
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage } from '#client/packaging/build.ts'
import { installPackage, nodesFrom } from '#test/support/installed-package.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const NAME = 'wechatpay-lambda-client'
/** Each is the whole client, for one way of loading it. */
const MOST_BYTES = 36 * 1024

let client: InstalledPackage

beforeAll(async () => {
  client = await installPackage(NAME, buildPackage)
})
afterAll(() => client?.remove())

describe('the package', () => {
  it('comes alone, says what npm needs to know, and is small', () => {
    expect(client.packages).toEqual([NAME])
    expect(client.manifest).toMatchObject({ license: 'Apache-2.0', engines: { node: '>=20.3' } })
    expect(client.manifest['dependencies']).toBeUndefined()
    for (const file of ['LICENSE', 'README.md', 'README.zh-CN.md', 'THIRD-PARTY.txt'])
      expect(statSync(client.pathOf(file)).size).toBeGreaterThan(1000)
    for (const page of ['README.md', 'README.zh-CN.md'])
      expect(client.linksOf(page).filter((link) => !existsSync(client.pathOf(link)))).toEqual([])
    for (const file of ['dist/index.js', 'dist/index.cjs'])
      expect(statSync(client.pathOf(file)).size).toBeLessThan(MOST_BYTES)
    const code = client.read('dist/index.js')
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
    const nodes = await nodesFrom('20.3')
    expect(nodes.keys()).toContain(process.versions.node)
    for (const binary of nodes.values())
      for (const form of forms)
        expect((await run(binary, form, { cwd: client.folder })).stdout.trim()).toBe(names)
  })

  it('has types that hold what is right and refuse what is wrong, for import and require', async () => {
    copyFileSync(join(import.meta.dirname, 'types.ts.txt'), join(client.folder, 'uses.mts'))
    await writeFile(
      join(client.folder, 'uses.cts'),
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
    const { stdout } = await run(tsc, [...options, ...types, 'uses.mts', 'uses.cts'], {
      cwd: client.folder,
    }).catch((failed: { stdout: string }) => failed)
    expect(stdout).toBe('')
  })
})
