/** Every line of the page for people who come from tutorials names a test that exists, or a page that says so, in both languages. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPage } from './markdown.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGES = ['docs/tutorials-and-facts.md', 'docs/zh-CN/tutorials-and-facts.md'] as const

/** What is wrong with the proof of a line; empty when it holds. */
function problemOf(page: string, proof: string): string {
  const [, file = '', title = ''] = /^`(test\/[^`]+)` › `([^`]+)`$/.exec(proof) ?? []
  if (file !== '') {
    const path = join(ROOT, file)
    if (!existsSync(path)) return `there is no ${file}`
    return readFileSync(path, 'utf8').includes(`'${title}'`) ? '' : `${file} has no test "${title}"`
  }
  const [, link = ''] = /\]\(([^)#]+)[^)]*\)/.exec(proof) ?? []
  return link !== '' && existsSync(join(ROOT, dirname(page), link)) ? '' : `no proof: ${proof}`
}

describe.each(PAGES)('%s', (page) => {
  const rows = readPage(readFileSync(join(ROOT, page), 'utf8')).tables.flatMap((table) => table.slice(1))

  it('shows every line', () => {
    expect(rows.length).toBeGreaterThanOrEqual(19)
    expect(rows.map(([, , , proof = '']) => problemOf(page, proof)).filter(Boolean)).toEqual([])
  })
})

it('a line whose test is gone would be seen', () => {
  expect(problemOf(PAGES[0], '`test/docs/tutorials.test.ts` › `is not there`')).toContain('has no test')
  expect(problemOf(PAGES[0], '`test/docs/nowhere.test.ts` › `x`')).toContain('there is no')
  expect(problemOf(PAGES[0], 'trust me')).toContain('no proof')
})
