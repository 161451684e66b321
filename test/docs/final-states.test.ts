/** What docs/wire.md says of states that look final is what the code does, in both languages. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { looksFinal } from '#shared/facts/final-looking.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGES = [
  ['docs/wire.md', '## States that look final', / look final;/, / and neither /],
  ['docs/zh-CN/wire.md', '## 看起来是终态的状态', /看起来是终态；/, /且其前面不紧跟/],
] as const

const words = (text: string) => [...text.matchAll(/`([A-Z_]+)`/g)].map(([, word = '']) => word)
const final = (state: string) => looksFinal({ state })

describe.each(PAGES)('%s', (page, heading, between, exceptions) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const section = text.slice(text.indexOf(heading)).split('\n## ')[0]!
  const list = section.split('\n- ')[1]!.replaceAll(/\s+/g, ' ')
  const [ends = '', guards = ''] = list.split(exceptions)

  it('names words that say an end, and those that take it away', () => {
    const said = words(ends).filter((word) => word !== 'CLOSED')
    expect(said).toHaveLength(26)
    expect(said.filter((word) => !final(word) || !final(`ORDER_${word}`))).toEqual([])
    expect(said.filter((word) => final(`${word}ING`))).toEqual([])
    const taken = words(guards)
    expect(taken).toEqual(['UN', 'NON', 'PRE', 'NOT_', 'NOTPA', 'WAIT', 'PEND', 'PRE_', 'TO_'])
    expect(['UNPAID', 'NONREFUND', 'PREPAID', 'NOT_PAID', 'NOTPAID', 'WAIT_CLOSE'].filter(final)).toEqual([])
    expect(['PENDING_CLOSE', 'PRE_CLOSE', 'TO_CLOSE', 'REFUND_NOT_DONE'].filter(final)).toEqual([])
  })

  it('gives examples that are so', () => {
    const line = section.split('\n').find((each) => between.test(each)) ?? ''
    const [those = '', others = ''] = line.split(between)
    expect([words(those), words(others)].map((list) => list.map(final))).toEqual([
      [true, true, true],
      [false, false, false, false],
    ])
  })
})
