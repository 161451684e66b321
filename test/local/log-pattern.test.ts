import { describe, expect, it } from 'vitest'
import { parseLogPattern } from '#local/operator/log-pattern.ts'

const line = JSON.stringify({ level: 'error', code: 'SWEPT', status: 503, deep: { name: 'a.b' }, ok: true })

describe('a filter pattern', () => {
  it.each([
    ['', true],
    ['{ $.level = "error" }', true],
    ['{ $.level = "err*" }', true],
    ['{ $.level = error }', true],
    ['{ $.level = "warn" }', false],
    ['{ $.level != "warn" }', true],
    ['{ $.absent != "warn" }', false],
    ['{ $.status >= 500 && $.status < 600 }', true],
    ['{ $.status = 503 }', true],
    ['{ $.status > 503 || $.code = "SWEPT" }', true],
    ['{ ($.status > 503 || $.code = "SWEPT") && $.level = "info" }', false],
    ['{ $.status <= 502 }', false],
    ['{ $.code > 1 }', false],
    ['{ $.deep.name = "a.b" }', true],
    ['{ $.deep.name = "aXb" }', false],
    ['{ $.ok = true }', true],
    ['?ERROR ?"\\"level\\":\\"error\\""', true],
    ['?ERROR ?"Task timed out"', false],
    ['SWEPT -warn', true],
    ['SWEPT -error', false],
  ])('%s finds it: %s', (pattern, found) => {
    expect(parseLogPattern(pattern)(line)).toBe(found)
  })

  it('for JSON finds no line of text', () => {
    expect(parseLogPattern('{ $.level != "info" }')('REPORT RequestId: 1')).toBe(false)
    expect(parseLogPattern('?"Task timed out"')('x Task timed out after 3 seconds')).toBe(true)
  })

  it.each(['{ $.level }', '{ level = "x" }', '{ $.a = "b"', '{ $.a = "b" } x', '{ $.a ~ 1 }', '"open'])(
    '%s is refused',
    (pattern) => {
      expect(() => parseLogPattern(pattern)).toThrow('cannot be read')
    },
  )
})
