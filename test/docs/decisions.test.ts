/** Every decision has its context, the choice, what was rejected and how to overturn it, and stands in the list. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPage } from './markdown.ts'

const FOLDER = resolve(import.meta.dirname, '../../docs/decisions')
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8')
const RECORDS = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .toSorted()
const PARTS = ['Context', 'Choice', 'Rejected', 'How to overturn it']
const ONE_PAGE = 60

function problemsOf(name: string, text: string): readonly string[] {
  const [title, ...parts] = readPage(text).headings.map(({ text: heading }) => heading)
  return [
    ...(title?.startsWith(`${name.slice(0, 4)}. `) === true ? [] : ['its title begins with another number']),
    ...(/^Date: \d{4}-\d{2}-\d{2}$/m.test(text) ? [] : ['it has no date']),
    ...(parts.join() === PARTS.join() ? [] : [`its parts are not ${PARTS.join(', ')}`]),
    ...(text.split('\n').length <= ONE_PAGE ? [] : ['it is longer than a page']),
  ]
}

it.each(RECORDS)('%s is whole', (name) => {
  expect(problemsOf(name, read(name))).toEqual([])
})

it('are numbered without a gap', () => {
  expect(RECORDS.map((name) => Number(name.slice(0, 4)))).toEqual(RECORDS.map((_, index) => index + 1))
})

it('stand in the list under their titles', () => {
  const [, ...rows] = readPage(read('README.md')).tables[0] ?? []
  expect(rows).toEqual(
    RECORDS.map((name) => {
      const title = readPage(read(name)).headings[0]?.text ?? ''
      return [`[${name.slice(0, 4)}](${name})`, title.slice('0000. '.length)]
    }),
  )
})

describe('a breach is found', () => {
  const name = RECORDS[0] ?? ''
  it.each([
    ['another number', '# 0001. ', '# 0009. ', 'its title begins with another number'],
    ['no date', 'Date: ', 'When: ', 'it has no date'],
    [
      'nothing rejected',
      '## Rejected',
      '## Also',
      'its parts are not Context, Choice, Rejected, How to overturn it',
    ],
    ['too long', '## Context', `## Context${'\n'.repeat(60)}`, 'it is longer than a page'],
  ])('%s', (_, from, to, problem) => {
    expect(problemsOf(name, read(name).replace(from, to))).toEqual([problem])
  })
})
