import { describe, expect, it } from 'vitest'
import { check, verdictOf } from '../../bench/suite/check.ts'
import { meets, spreadOf } from '../../bench/suite/figure.ts'
import { lineOf, performancePage } from '../../bench/suite/page.ts'
import { ratios, timesOf, turnOf } from '../../bench/suite/rounds.ts'
import { BENCHES } from '../../bench/suite/registry.ts'

describe('figures', () => {
  it('have the least, the median and the greatest of their rounds', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 })
    expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 })
  })

  it('are held against their target by the median alone', () => {
    const figure = { name: 'x', min: 0.1, median: 0.9, max: 7 }
    expect(meets(figure)).toBe(true)
    expect(meets({ ...figure, target: { is: 'at least', value: 0.9 } })).toBe(true)
    expect(meets({ ...figure, target: { is: 'at least', value: 0.91 } })).toBe(false)
    expect(meets({ ...figure, target: { is: 'at most', value: 0.89 } })).toBe(false)
    expect(lineOf({ ...figure, target: { is: 'at most', value: 0.89 } })).toMatch(/MISSED: at most 0\.890$/)
  })

  it('stand on the page with what was said about them', () => {
    const figures = [
      { name: 'a ratio', min: 0.5, median: 1, max: 12, target: { is: 'at least', value: 0.9 } as const },
    ]
    const part = { title: 'A part', about: ['how'], figures, notes: ['what is left'] }
    const page = performancePage(['b', 'a'], new Map([['a', part]]))
    expect(page).toContain('## A part\n\nhow\n\n')
    expect(page).toContain('| a ratio | 0.500 | 1.000 | 12.0 | at least 0.900 |\n\nwhat is left\n')
  })

  it('are replaced one by one: what was not measured stays on the page', () => {
    const part = (title: string) => ({ title, about: [], figures: [], notes: [] })
    const both = new Map([
      ['a', part('First')],
      ['b', part('Second')],
    ])
    const before = performancePage(['a', 'b'], both)
    const page = performancePage(['a', 'b'], new Map([['a', part('Anew')]]), before)
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(['Anew', 'Second'])
    expect(performancePage(['a'], both, before)).not.toContain('Second')
  })
})

describe('rounds', () => {
  it('run every contender equally often and in turns', async () => {
    const order: string[] = []
    const contenders = {
      a: turnOf(() => order.push('a'), [1]),
      b: turnOf(async () => order.push('b'), [1]),
    }
    const times = await timesOf({ contenders, rounds: 2, runs: 10, warmUp: 1 })
    expect([times['a']?.length, times['b']?.length]).toEqual([2, 2])
    expect(order.filter((name) => name === 'a')).toHaveLength(21)
    expect(order.slice(2, 6).toSorted()).toEqual(['a', 'a', 'b', 'b'])
  })

  it('give one ratio each', () => {
    expect(ratios([2, 4], [1, 4])).toEqual([0.5, 1])
  })
})

it('every bench has a name of its own', () => {
  expect(new Set(BENCHES.map(({ name }) => name)).size).toBe(BENCHES.length)
})

describe('a check', () => {
  const target = { is: 'at most', value: 1 } as const
  const section = (values: Readonly<Record<string, number>>) => ({
    title: '',
    about: [],
    notes: [],
    figures: Object.entries(values).map(([name, value]) => ({ name, ...spreadOf([value]), target })),
  })

  async function checked(...measured: readonly Readonly<Record<string, number>>[]) {
    const left = measured.map(section)
    const result = await check(
      { name: 'part' },
      async () => left.shift()!,
      () => {},
    )
    return { result, unused: left.length, lines: verdictOf([result]) }
  }

  it('measures once what meets its targets', async () => {
    const { unused, lines } = await checked({ a: 1, b: 0.5 }, { a: 9, b: 9 })
    expect([unused, lines]).toEqual([1, ['part           2 of 2 targets met']])
  })

  it('measures again what misses one, says so, and judges that one alone', async () => {
    const { unused, lines } = await checked({ a: 2, b: 0.5 }, { a: 0.9, b: 2 })
    expect([unused, lines]).toEqual([0, ['part           2 of 2 targets met, only when measured again: a']])
  })

  it('fails what is missed twice, with its figure and what to do', async () => {
    const { result, lines } = await checked({ a: 2, b: 3 }, { a: 2.5, b: 1 })
    expect(result.missed.map(({ name }) => name)).toEqual(['a'])
    expect(lines[0]).toBe('part           1 of 2 targets met, only when measured again: b')
    expect(lines.join('\n')).toMatch(/a .* 2\.500 .*MISSED: at most 1\.000/)
    expect(lines).toContain('  npm run bench -- --check --only part')
  })
})
