/** Every page that a user needs is there in both languages, and both say the same as far as a program can tell. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chineseDigest } from '../../bench/cost-digest.ts'
import { differencesOf } from './twins.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** For those who change the project: what they measure and prove is said where the code is, in the language of the code. */
const ENGLISH_ONLY = ['conformance.md', 'performance.md']
/** Their Chinese is made of the English page, and says less. */
const DIGESTS = ['cost.md']
const BILINGUAL = ['glossary.md']
/** So that the first page stays one. */
const MAX_README_LINES = 170

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const pagesIn = (folder: string) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'))

const TWINS: readonly (readonly [english: string, chinese: string])[] = [
  ['README.md', 'README.zh-CN.md'],
  ['simulator/README.md', 'simulator/README.zh-CN.md'],
  ['examples/shop/README.md', 'examples/shop/README.zh-CN.md'],
  ...pagesIn('docs/zh-CN')
    .filter((name) => !DIGESTS.includes(name))
    .map((name) => [`docs/${name}`, `docs/zh-CN/${name}`] as const),
]

it('every page of docs has its twin', () => {
  const needed = pagesIn('docs').filter((name) => ![...ENGLISH_ONLY, ...BILINGUAL].includes(name))
  expect(pagesIn('docs/zh-CN').toSorted()).toEqual(needed.toSorted())
})

describe.each(TWINS)('%s and %s', (english, chinese) => {
  it('have the same headings, tables, code blocks and commands', () => {
    expect(differencesOf(read(english), read(chinese))).toEqual([])
  })

  it('link to each other', () => {
    expect(read(english)).toContain(`[简体中文](${relative(dirname(english), chinese)})`)
    expect(read(chinese)).toContain(`[English](${relative(dirname(chinese), english)})`)
  })
})

it('what it costs is the same in Chinese, as npm run cost writes it', () => {
  const bare = (text: string) => text.replaceAll(/[ -]/g, '')
  expect(bare(read('docs/zh-CN/cost.md'))).toBe(bare(chineseDigest(read('docs/cost.md'))))
  expect(read('docs/cost.md')).toContain('[简体中文](zh-CN/cost.md)')
  expect(() => chineseDigest(read('docs/cost.md').replaceAll('| access log ', '| planted '))).toThrow(
    '"planted"',
  )
})

describe('the first page', () => {
  it.each(['README.md', 'README.zh-CN.md'])('%s is short, and says on line 3 for whom it is', (path) => {
    const lines = read(path).split('\n')
    expect(lines.length).toBeLessThanOrEqual(MAX_README_LINES)
    for (const mode of ['直连商户', '服务商', '合单', '境外商户']) expect(lines[2]).toContain(mode)
  })
})

const PAGE = `# Title

## Part

| a   | b |
| --- | - |
| \`x\` | 1 |

\`\`\`sh
npm ci   # installs
\`\`\`

\`\`\`mermaid
flowchart LR
  a([here]) -- goes --> b
\`\`\`

Run \`wxpay doctor --stack <name>\`.

- one
- two
`
const TWIN = PAGE.replace('Part', '部分')
  .replace('installs', '安装')
  .replace('here', '此处')
  .replace('goes', '前往')
  .replace('<name>', '<名称>')

describe('a breach is found', () => {
  it('and none where there is none', () => {
    expect(differencesOf(PAGE, TWIN)).toEqual([])
  })

  it.each([
    ['a heading on another level', ['## 部分', '### 部分'], /heading 2: .* add or move it/],
    ['a heading too many', ['## 部分', '## 部分\n\n## 多余'], /heading 3: "none"/],
    ['a table that is missing', [/\| a[\s\S]+?\| 1 \|\n/, ''], /1 tables, and 0 in the twin/],
    ['a row that is missing', ['| `x` | 1 |\n', ''], /table 1: 2 rows, and 1 in the twin/],
    ['a cell that is missing', ['| `x` | 1 |', '| `x` |'], /row 2: 2 cells, and 1/],
    ['other code in a row', ['`x`', '`y`'], /row 2: code `x`, and `y`/],
    ['a code block that is missing', [/```sh[\s\S]+?```\n/, ''], /2 code blocks, and 1/],
    ['a block of another language', ['```sh', '```js'], /code block 1: sh, and js/],
    ['another command', ['npm ci', 'npm install'], /"npm ci", and "npm install"/],
    ['another arrow', ['--> b', '--> c'], /code block 2: /],
    ['a paragraph too many', ['- one', '多余\n\n- one'], /"Part": 2 paragraphs and 2 entries .*, and 3 /],
    ['an entry that is missing', ['- two\n', ''], /2 entries of lists, and 2 paragraphs and 1 entries/],
    ['an option that is missing', [' --stack <名称>', ''], /`wxpay doctor --stack <>` is not in the twin/],
  ] as const)('%s', (_, [from, to], message) => {
    const breach = TWIN.replace(from, to)
    expect(breach).not.toBe(TWIN)
    expect(differencesOf(PAGE, breach).join('\n')).toMatch(message)
  })
})
