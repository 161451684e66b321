import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('canonicalHash', () => {
  it.each([
    [
      'an object, whatever the order of its fields',
      { b: 1, a: { d: 'x', c: true } },
      '{"a":{"c":true,"d":"x"},"b":1}',
    ],
    ['lists in their order', [2, { b: null, a: [] }, 'ü"'], '[2,{"a":[],"b":null},"ü\\""]'],
    ['an object without the fields that are undefined', { a: undefined, b: 0 }, '{"b":0}'],
    ['undefined in a list as null', [undefined, 1], '[null,1]'],
    ['null', null, 'null'],
    ['text', 'a', '"a"'],
  ])('hashes %s', (_, value, text) => {
    expect(canonicalHash(value)).toBe(sha256(text))
  })

  it('tells apart what differs', () => {
    const values = [{ a: 1 }, { a: '1' }, { a: [1] }, { b: 1 }, { a: { '1': 1 } }, [], {}, '', null]
    expect(new Set(values.map(canonicalHash)).size).toBe(values.length)
  })
})
