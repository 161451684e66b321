import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromAttributes, toAttributes } from '#shared/stores/attributes.ts'

/** What the stores hold: JSON, names of the language among its names, bytes, and fields without a value. */
const plain = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('valueOf', 'toString')),
  fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.maxSafeInteger(),
    fc.uint8Array({ maxLength: 4 }),
    fc.constant(undefined),
  ),
)
const library = (value: object) => marshall(value, { removeUndefinedValues: true })
/** Names that the library drops, or cannot take. */
const NAMES_OF_OBJECTS = ['__proto__', 'constructor']
const isForBoth = (value: unknown): boolean => {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return true
  return !NAMES_OF_OBJECTS.some((name) => Object.hasOwn(value, name)) && Object.values(value).every(isForBoth)
}

describe('attributes', () => {
  it('are those of the library, either way', () => {
    fc.assert(
      fc.property(plain.filter(isForBoth), (value) => {
        const attributes = toAttributes(value)
        expect(attributes).toEqual(library(value))
        expect(fromAttributes(attributes)).toEqual(unmarshall(attributes))
      }),
      { numRuns: 200 },
    )
  })

  it('leave out what has no value, in lists as well', () => {
    expect(toAttributes({ a: undefined, b: [1, undefined] })).toEqual({ b: { L: [{ N: '1' }] } })
  })

  it('have a name that is that of a prototype as a name', () => {
    const value: object = JSON.parse('{"__proto__":{"a":1}}')
    expect(JSON.stringify(toAttributes(value))).toBe('{"__proto__":{"M":{"a":{"N":"1"}}}}')
    expect(JSON.stringify(fromAttributes(toAttributes(value)))).toBe('{"__proto__":{"a":1}}')
  })

  it.each([
    ['a number that is none', Number.NaN],
    ['one without end', Infinity],
    ['one that may be another', 2 ** 53],
    ['a function', () => 'hush'],
    ['a set', new Set(['hush'])],
    ['an object of a class', new Date(0)],
    ['a whole number of another kind', 1n],
  ])('refuse %s, and never with its value', (_, value) => {
    expect(() => toAttributes({ a: value })).toThrow(/^(?!.*hush).*not stored$/)
  })

  it.each<[string, AttributeValue, unknown]>([
    ['a set', { SS: ['a'] }, { SS: ['a'] }],
    ['a large number', { N: '9007199254740993' }, 9007199254740993n],
    ['bytes', { B: new Uint8Array([1]) }, new Uint8Array([1])],
    ['nothing', { NULL: true }, null],
  ])('that hold %s can be read', (_, value, read) => {
    expect(fromAttributes({ a: value })).toEqual({ a: read })
  })

  it('that hold a number nobody can hold cannot', () => {
    expect(() => fromAttributes({ a: { N: '1e400' } })).toThrow('a number that cannot be read')
  })
})
