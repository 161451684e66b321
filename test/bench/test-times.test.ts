import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableOf, timesOf } from '../../bench/test-times.ts'

const ROOT = join(import.meta.dirname, '../..')
const file = (name: string, seconds: number, tests: number) => ({
  name: join(ROOT, name),
  startTime: 1000,
  endTime: 1000 + seconds * 1000,
  assertionResults: Array.from({ length: tests }, () => ({ status: 'passed' })),
})
const report = JSON.stringify({
  testResults: [file('test/a.test.ts', 1, 3), file('test/b.test.ts', 6, 1), file('test/c.test.ts', 3, 2)],
})

describe('the report on the tests', () => {
  it('has the slowest files first, each with its share and its tests', () => {
    expect(tableOf(timesOf(report)).split('\n')).toEqual([
      '    6.0 s  60.0 %    1 tests  test/b.test.ts',
      '    3.0 s  30.0 %    2 tests  test/c.test.ts',
      '    1.0 s  10.0 %    3 tests  test/a.test.ts',
    ])
  })

  it('adds up the files that it does not show', () => {
    expect(tableOf(timesOf(report), 1).split('\n').at(-1)).toBe(
      '    4.0 s  40.0 %    5 tests  in 2 other files',
    )
  })

  it('of no files is empty', () => {
    expect(tableOf(timesOf('{"testResults":[]}'))).toBe('')
  })
})
