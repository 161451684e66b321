/** What every published package says about itself, and where the links of its pages lead. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packagedPage } from '#release/packaged-page.ts'
import { PUBLISHED } from '#release/packages.ts'
import { projectManifest, publishedFields, ROOT } from '#release/project.ts'
import type { ProjectManifest } from '#release/project.ts'
import { TRIALS } from '#test/node-versions/package-trials.ts'
import { PROMISED_BY_PACKAGES } from '#test/node-versions/versions.ts'

interface Part {
  packageManifest: (project: ProjectManifest) => Readonly<Record<string, unknown>>
}

const repository = { type: 'git', url: 'git+https://example.org/us/pay.git' }
const project: ProjectManifest = { version: '1.2.3', license: 'Apache-2.0', repository }
const manifests = await Promise.all(
  PUBLISHED.map(async (part) => {
    const made = (await import(join(ROOT, part, 'packaging/manifest.ts'))) as Part
    return [part, made.packageManifest(project)] as const
  }),
)

it('each folder that makes a package is released and tried with every Node.js', () => {
  const making = readdirSync(ROOT).filter((part) => existsSync(join(ROOT, part, 'packaging/pack.ts')))
  expect(PUBLISHED.toSorted()).toEqual(making.toSorted())
  expect(manifests.map(([, { name }]) => String(name)).toSorted()).toEqual(Object.keys(TRIALS).toSorted())
})

it.each(manifests)(
  'the package of %s says whose it is, where it comes from and what it needs',
  (part, manifest) => {
    expect(manifest).toMatchObject({
      name: expect.stringMatching(/^wechatpay-/),
      version: '1.2.3',
      description: expect.stringMatching(/.{20}/),
      license: 'Apache-2.0',
      repository: { ...repository, directory: part },
      homepage: `https://example.org/us/pay/tree/main/${part}#readme`,
      bugs: 'https://example.org/us/pay/issues',
      engines: { node: expect.stringMatching(/^>=\d/) },
      files: expect.arrayContaining(['README.zh-CN.md', 'THIRD-PARTY.txt']),
      exports: expect.objectContaining({ './package.json': './package.json' }),
    })
    expect(manifest['private']).toBeUndefined()
    const { node } = manifest['engines'] as { node: string }
    expect(PROMISED_BY_PACKAGES).toContain(`${node.replace('>=', '')}.0`)
  },
)

it('a checkout that does not say where it is published names no address', () => {
  const { version, license } = projectManifest()
  expect(publishedFields({ version, license }, 'cli')).toEqual({ version, license })
})

describe('a link of a packaged page', () => {
  const pages = {
    'docs/zh-CN/cli.md': 'README.zh-CN.md',
    'docs/cli.md': 'README.md',
    'docs/runbook.md': 'docs/runbook.md',
  }
  const web = 'https://example.org/us/pay'

  it.each([
    ['to a page of the package stays', '[a](../runbook.md#x)', '[a](docs/runbook.md#x)'],
    ['to its twin stays', '[a](../cli.md)', '[a](README.md)'],
    ['to another page leads to the repository', '[a](../api.md#x)', `[a](${web}/blob/main/docs/api.md#x)`],
    ['to a part of itself stays', '[a](#x)', '[a](#x)'],
    ['to the web stays', '[a](https://b)', '[a](https://b)'],
  ])('%s', (_, link, made) => {
    expect(packagedPage(`See ${link}.`, 'docs/zh-CN/cli.md', { pages, web })).toBe(`See ${made}.`)
  })

  it('is its text alone where nobody knows the address of the repository', () => {
    expect(packagedPage('[a](../api.md)', 'docs/zh-CN/cli.md', { pages, web: undefined })).toBe('a')
  })
})

it.each([
  ['--help', 0],
  ['--nope', 2],
])(
  'a packing program that is given %s makes no folder of that name and says how it is used',
  (word, code) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['client/packaging/pack.ts', word], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(status).toBe(code)
    expect(stdout + stderr).toContain('usage: npm run pack:<package> [-- <folder>]')
    expect(existsSync(join(ROOT, word))).toBe(false)
  },
)
