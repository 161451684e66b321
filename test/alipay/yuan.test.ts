import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { fenOfYuan, yuanOfFen } from '#shared/yuan.ts'

it('is exact both ways, for every amount that fen can hold', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (amount) => {
      expect(fenOfYuan(yuanOfFen(fen(amount)))).toBe(amount)
      expect(yuanOfFen(fen(amount))).toMatch(/^\d+\.\d{2}$/)
    }),
    { numRuns: 200 },
  )
})

it.each([
  ['0', 0],
  ['0.1', 10],
  ['0.10', 10],
  ['88.80', 8880],
  ['1.005', undefined],
  ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ['90071992547409.92', undefined],
  ['-1.00', undefined],
  ['+1.00', undefined],
  ['1e2', undefined],
  ['01.00', undefined],
  ['1.', undefined],
  ['.5', undefined],
  [' 1.00', undefined],
  ['1,000.00', undefined],
  ['１.00', undefined],
  ['', undefined],
])('reads %j as %s fen', (text, expected) => {
  expect(fenOfYuan(text)).toBe(expected)
})
