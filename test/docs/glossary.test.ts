/** One word for one thing on every page. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHINESE } from '#shared/api/problem-chinese.ts'
import { allErrorKinds } from '#shared/errors.ts'
import { readGlossary, strayWords } from './glossary.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const glossary = readGlossary(read('docs/glossary.md'))
const filesIn = (folder: string) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`)
const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md') && name !== 'glossary.md')
    .map((name) => `${folder}/${name}`)

const ENGLISH = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'simulator/README.md',
  'examples/shop/README.md',
]
const CHINESE_PAGES = ['README.zh-CN.md', 'simulator/README.zh-CN.md', 'examples/shop/README.zh-CN.md']

it.each([...ENGLISH, ...pagesIn('docs'), ...pagesIn('docs/decisions')])(
  '%s keeps to the English words',
  (path) => {
    expect(strayWords(read(path), glossary.forbidden.en)).toEqual([])
  },
)

it.each([...CHINESE_PAGES, ...pagesIn('docs/zh-CN')])('%s keeps to the Chinese words', (path) => {
  expect(strayWords(read(path), glossary.forbidden.zh)).toEqual([])
})

/** What people read on the pages of the console and of the payer. */
const SCREENS = [...filesIn('console/page/texts'), 'simulator/payer-texts.ts']

it.each(SCREENS)('%s keeps to the words of its language', (path) => {
  const forbidden = /\/en[-.]/.test(path) ? glossary.forbidden.en : glossary.forbidden.zh
  // Templates stand between the marks of code.
  expect(strayWords(read(path).replaceAll('`', "'"), forbidden)).toEqual([])
})

it('the words of errors keep to the Chinese words, and are Chinese', () => {
  const texts = Object.values(CHINESE).flatMap(({ title, action }) => [title, action])
  expect(strayWords(texts.join('\n'), glossary.forbidden.zh)).toEqual([])
  expect(texts.filter((text) => !/\p{Script=Han}{2}/u.test(text))).toEqual([])
  expect(new Set(Object.values(CHINESE).map(({ title }) => title)).size).toBe(allErrorKinds().length)
})

describe('the glossary', () => {
  it('has each term once, in both languages', () => {
    const { terms } = glossary
    expect(terms.filter(({ english, chinese }) => english === '' || chinese === '')).toEqual([])
    for (const key of ['english', 'chinese'] as const)
      expect(new Set(terms.map((term) => term[key])).size).toBe(terms.length)
  })

  it('has the words that readers stumbled over', () => {
    expect(glossary.terms).toEqual(
      expect.arrayContaining([
        { english: 'hold', chinese: '冻结' },
        { english: 'release', chinese: '解除' },
        { english: 'runbook', chinese: '运维手册' },
      ]),
    )
  })

  it('forbids no word that it uses itself', () => {
    const used = glossary.terms.map(({ english, chinese }) => `${english} ${chinese}`).join('\n')
    expect(strayWords(used, [...glossary.forbidden.en, ...glossary.forbidden.zh])).toEqual([])
  })
})

describe('a breach is found', () => {
  it.each([
    ['zh', '订单被挂起', 'line 1: "挂起": the glossary says "冻结"'],
    ['zh', '\n释放订单', 'line 2: "释放": the glossary says "解除"'],
    ['zh', '见值班手册', 'line 1: "值班手册": the glossary says "运维手册"'],
    ['en', 'Freeze the order', 'line 1: "freeze": the glossary says "hold"'],
  ] as const)('%s: %s', (language, text, message) => {
    expect(strayWords(text, glossary.forbidden[language])).toEqual([message])
  })

  it('and none in a name that is written as code', () => {
    const line = '`POST /v3/freeze` and `freeze`, not freeze'
    expect(strayWords(line, glossary.forbidden.en)).toHaveLength(1)
    expect(strayWords(line.replace(', not freeze', ''), glossary.forbidden.en)).toEqual([])
  })

  it('and none in words that only contain one', () => {
    expect(strayWords('the account is frozen, antifreezes', glossary.forbidden.en)).toEqual([])
  })
})
