/** The guarantees name the tests that show them, promise by promise and window by window: each must exist, in both languages. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const DOCUMENTS = ['docs/guarantees.md', 'docs/zh-CN/guarantees.md'] as const
const CLAIMS = [
  ...Array.from({ length: 6 }, (_, index) => String(index + 1)),
  ...Array.from({ length: 26 }, (_, index) => `N${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `R${index + 1}`),
  ...Array.from({ length: 7 }, (_, index) => `M${index + 1}`),
  'B1',
  ...Array.from({ length: 5 }, (_, index) => `A${index + 1}`),
]

interface Shown {
  readonly file: string
  readonly title: string
}

/** What a document names for each promise (`1`) and each window (`N1`). */
function claimsOf(document: string): ReadonlyMap<string, readonly Shown[]> {
  const sections = readFileSync(join(ROOT, document), 'utf8').split(/^(?:#{2,3} |(?=[0-9]\. ))/m)
  return new Map(
    sections.flatMap((section) => {
      const claim = /^([NRMBA]?[0-9]+)\. /.exec(section)?.[1]
      return claim === undefined ? [] : [[claim, shownIn(section)]]
    }),
  )
}

function shownIn(text: string): readonly Shown[] {
  return [...text.matchAll(/`(test\/[^`]+)` › `([^`]+)`/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }))
}

/** Whether a file has a test of that title, as it is written there. */
function exists({ file, title }: Shown): boolean {
  const path = join(ROOT, file)
  if (!existsSync(path)) return false
  const source = readFileSync(path, 'utf8')
  const literals = ["'", '"', '`'].map((quote) => `(${quote}${title}${quote},`)
  return [...literals, ...literals.map((literal) => literal.replace('(', '(\n    '))].some((literal) =>
    source.includes(literal),
  )
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('tells every promise and window, in order, each with a test that shows it', () => {
    const claims = claimsOf(document)
    expect([...claims.keys()]).toEqual(CLAIMS)
    expect([...claims].filter(([, shown]) => shown.length === 0).map(([claim]) => claim)).toEqual([])
  })

  it('names only tests that exist', () => {
    const shown = shownIn(readFileSync(join(ROOT, document), 'utf8'))
    expect(shown.filter((test) => !exists(test))).toEqual([])
  })
})

it('both languages name the same tests for the same claims', () => {
  const [english, chinese] = DOCUMENTS.map(claimsOf)
  expect(chinese).toEqual(english)
})

it('a title that is nowhere is found out', () => {
  expect(exists({ file: 'test/docs/guarantees.test.ts', title: 'no such test' })).toBe(false)
  expect(exists({ file: 'test/docs/absent.test.ts', title: 'both languages' })).toBe(false)
})
