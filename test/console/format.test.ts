import { describe, expect, it } from 'vitest'
import { bars, dotPath, linePath, roundUp } from '#console/page/charts/scale.ts'
import { dayAndTime, duration, yuan } from '#console/page/format.ts'
import { address, parseRoute } from '#console/page/route.ts'
import { TEXTS } from '#console/page/texts/languages.ts'

describe('an amount', () => {
  it.each([
    [0, '¥0.00'],
    [1, '¥0.01'],
    [128_050, '¥1,280.50'],
    [-5, '−¥0.05'],
    [9_007_199_254_740_991, '¥90,071,992,547,409.91'],
  ])('of %d fen is %s', (fen, shown) => {
    expect(yuan(fen)).toBe(shown)
  })
})

describe('a time', () => {
  it('sorts as it reads', () => {
    expect(dayAndTime('2026-11-26T04:01:09.000Z')).toMatch(/^2026-11-2[5-7] \d\d:\d1:09$/)
  })

  it.each([
    [0.041, '41 ms'],
    [12.34, '12.3 s'],
    [60, '1 min'],
    [5400, '1 h 30 min'],
    [86_400, '1 d'],
    [90_061, '1 d 1 h'],
  ])('of %d s is told as %s', (seconds, shown) => {
    expect(duration(seconds, TEXTS.en.units).replaceAll('\u{a0}', ' ')).toBe(shown)
  })
})

describe('an address', () => {
  it('leads back to what it was made of', () => {
    const made = address('orders', 'A|1*2@/3', { q: 'a&b=c', state: '' })
    const { page, item, query } = parseRoute(made)
    expect({ page, item, query: [...query] }).toEqual({
      page: 'orders',
      item: 'A|1*2@/3',
      query: [['q', 'a&b=c']],
    })
  })

  it.each(['', '#', '#/'])('without a page has none: "%s"', (hash) => {
    expect(parseRoute(hash)).toMatchObject({ page: '', query: new URLSearchParams() })
  })

  it('that was cut off still opens its page', () => {
    expect(parseRoute('#/orders/50%2')).toMatchObject({ page: 'orders', item: '50%2' })
  })
})

describe('a chart', () => {
  const place = { width: 100, height: 50, most: 10 }

  it.each([
    [0, 2],
    [3, 5],
    [10, 10],
    [11, 20],
    [501, 1000],
  ])('whose highest value is %d ends at %d', (value, top) => {
    expect(roundUp(value)).toBe(top)
  })

  it('breaks its line where there is nothing to show', () => {
    expect(linePath([0, 10, null, 5], place)).toBe('M0 50L33.3 0M100 25')
    expect(dotPath([0, 10, null, 5], place)).toBe('M100 25h0')
  })

  it('has a bar for each value above nothing', () => {
    expect(bars([10, 0, null, 5], place)).toEqual([
      { at: 0, x: 2.5, y: 0, width: 20, height: 50 },
      { at: 3, x: 77.5, y: 25, width: 20, height: 25 },
    ])
  })
})
