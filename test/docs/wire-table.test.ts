/** What docs/wire.md says of each field of WeChat's messages is so: the mutations are made from its tables. */
import { describe, expect, it } from 'vitest'
import { MESSAGES } from '#test/wire/messages.ts'
import type { Message } from '#test/wire/messages.ts'
import { ABSENT, changed, pathsOf, wireTables } from './wire-table.ts'
import type { Field } from './wire-table.ts'

const BLANKS = [ABSENT, null, '']
const OTHER_KINDS = [['a'], { a: 1 }, true, 'x'.repeat(5000)]
const ODD_TEXTS = ['中文'.repeat(200), '昨天', '20180225112233', '2018-02-25 11:22:33', '\u0000', 'a b']
const TABLES = wireTables()

/** What the code does otherwise than the table says; none is right. */
function breaches(message: Message, { path, use, absent }: Field): readonly string[] {
  const sample = message.sample()
  const read = (value: unknown) => message.read(changed(sample, path, value))
  const told = (value: unknown) => `${path.join('.')} ${use}, ${absent} when absent: ${shown(value)}`
  const blanks = BLANKS.filter((value) => read(value).ok !== (absent === 'allowed'))
  const different = BLANKS.filter((value) => !same(read(value), read(ABSENT)))
  if (use === 'needed')
    return [...blanks, ...different, ...OTHER_KINDS.filter((value) => read(value).ok)].map(told)
  const all = [...BLANKS, ...OTHER_KINDS, ...ODD_TEXTS]
  const costly = all.filter((value) => !read(value).ok)
  const noticed = use === 'ignored' ? all.filter((value) => !same(read(value), message.read(sample))) : []
  const long = use === 'kept' ? all.filter((value) => /x{513}/.test(JSON.stringify(read(value)))) : []
  return [...blanks, ...different, ...costly, ...noticed, ...long].map(told)
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
const shown = (value: unknown) => (value === ABSENT ? 'absent' : JSON.stringify(value).slice(0, 30))

describe('the tables', () => {
  it('are there for every message that is read', () => {
    expect([...TABLES.keys()]).toEqual(Object.keys(MESSAGES))
  })

  it.each([...TABLES])('name every field of %s once, with a use that there is', (name, fields) => {
    const paths = fields.map(({ path }) => path.join('.'))
    expect(paths.toSorted()).toEqual([...pathsOf(MESSAGES[name]!.sample(), new Set(paths))].toSorted())
    for (const { use, absent } of fields) {
      expect(['needed', 'kept', 'ignored']).toContain(use)
      expect(absent).toBe(use === 'needed' ? absent : 'allowed')
      expect(['refused', 'allowed']).toContain(absent)
    }
  })
})

describe.each([...TABLES])('%s', (name, fields) => {
  const message = MESSAGES[name]!

  it('is read as it is', () => {
    expect(message.read(message.sample())).toMatchObject({ ok: true })
  })

  it.each(fields.map((field) => [field.path.join('.'), field] as const))(
    '%s is as the table says',
    (_, field) => {
      expect(breaches(message, field)).toEqual([])
    },
  )
})

describe('a table that is wrong is found', () => {
  const wrong = (name: string, path: string, change: Partial<Field>) =>
    breaches(MESSAGES[name]!, { path: path.split('.'), use: 'needed', absent: 'refused', ...change })

  it.each([
    ['a needed field called ignored', 'paid order', 'out_trade_no', { use: 'ignored', absent: 'allowed' }],
    ['a needed field called kept', 'refund', 'amount.refund', { use: 'kept', absent: 'allowed' }],
    ['a kept field called ignored', 'paid order', 'bank_type', { use: 'ignored', absent: 'allowed' }],
    ['an ignored field called needed', 'envelope', 'create_time', {}],
    ['a kept field called needed', 'notified refund', 'channel', {}],
    ['a field that may be absent called needed', 'paid order', 'amount.currency', {}],
  ] as const)('%s', (_, name, path, change) => {
    expect(wrong(name, path, change)).not.toEqual([])
  })
})
