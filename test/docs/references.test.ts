/** Every link, anchor and path of the code that a page names is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missingFrom, repeatedIn } from './references.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const IN_ROOT = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']
const BESIDE_CODE = ['simulator', 'examples/shop'].flatMap((folder) => [
  `${folder}/README.md`,
  `${folder}/README.zh-CN.md`,
])
const IN_DOCS = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)

it.each([...IN_ROOT, ...BESIDE_CODE, ...IN_DOCS])('%s refers to nothing that is not there', (path) => {
  expect(missingFrom(ROOT, { path, text: readFileSync(join(ROOT, path), 'utf8') })).toEqual([])
})

it.each([...IN_ROOT, ...BESIDE_CODE, ...IN_DOCS])('%s has no part twice', (path) => {
  expect(repeatedIn(readFileSync(join(ROOT, path), 'utf8'))).toEqual([])
})

describe('a breach is found', () => {
  it('of a part that a page has twice, but not of the same heading elsewhere', () => {
    const page = '# A\n\n## B\n\n### C\n\n## D\n\n### C\n'
    expect(repeatedIn(page)).toEqual([])
    expect(repeatedIn(`${page}\n## B\n\n### C\n`)).toEqual(['A > B', 'A > B > C'])
  })

  it.each([
    ['a page that is not there', '[x](absent.md)', /there is no docs\/absent\.md/],
    ['a heading that is not there', '[x](api.md#absent)', /no heading makes #absent/],
    ['a heading of the page itself', '# Here\n\n[x](#there)', /no heading makes #there/],
    ['a file of the code', 'in `shared/absent.ts`', /names shared\/absent\.ts/],
    ['a folder of the code', 'in `functions/<name>` and `absent/x`, `cli/absent/*.ts`', /names cli\/absent/],
  ])('%s', (_, text, message) => {
    expect(missingFrom(ROOT, { path: 'docs/planted.md', text }).join('\n')).toMatch(message)
  })

  it('and none where there is none', () => {
    const text =
      '# 环境（stage）的设置\n\n[x](#环境stage的设置) [y](api.md#limits) `shared/*.ts` [z](https://example.com)'
    expect(missingFrom(ROOT, { path: 'docs/planted.md', text })).toEqual([])
  })
})
