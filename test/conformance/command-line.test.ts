import { describe, expect, it } from 'vitest'
import { helpOf, readChoice, UsageError } from '../../conformance/command-line.ts'
import type { Part } from '../../conformance/part.ts'
import { report } from '../../conformance/report.ts'

function part(name: string): Part {
  return {
    name,
    engines: ({ dynamodb }) => [dynamodb ?? `engine of ${name} 1.2`],
    proves: `${name} is right`,
    breaks: `${name} is broken`,
    run: async () => ({ figures: [], faults: [] }),
  }
}

const PARTS = ['lint', 'store', 'deploy'].map(part)
const namesFor = (...args: readonly string[]) => readChoice(args, PARTS).parts.map(({ name }) => name)

describe('npm run conformance', () => {
  it('runs all parts unless told', () => {
    expect(namesFor()).toEqual(['lint', 'store', 'deploy'])
    expect(readChoice([], PARTS)).toMatchObject({ help: false, broken: false, dynamodb: undefined })
  })

  it('runs the parts that are named, in its own order, without those that are left out', () => {
    expect(namesFor('--only', 'deploy,lint')).toEqual(['lint', 'deploy'])
    expect(namesFor('--skip', 'deploy')).toEqual(['lint', 'store'])
    expect(namesFor('--only', 'deploy,lint', '--skip', 'lint')).toEqual(['deploy'])
  })

  it.each([
    [['--only', 'stores'], 'there is no part "stores": there are lint, store, deploy'],
    [['--skip', 'lint,x'], 'there is no part "x"'],
    [['--only', 'lint', '--skip', 'lint'], 'no part is left'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %s', (args, says) => {
    expect(() => readChoice(args, PARTS)).toThrow(UsageError)
    expect(() => readChoice(args, PARTS)).toThrow(says)
  })

  it('explains each part and what breaks it', () => {
    for (const name of ['lint', 'store', 'deploy'])
      expect(helpOf(PARTS)).toMatch(new RegExp(`  ${name} +${name} is right\n +--break: ${name} is broken`))
  })

  it('ends with a table of engines, times, figures and faults', () => {
    const ended = [
      {
        name: 'lint',
        engines: PARTS[0]!.engines({ dynamodb: undefined }),
        outcome: { figures: ['3 templates'], faults: [] },
        seconds: 1.4,
      },
      {
        name: 'store',
        engines: PARTS[1]!.engines({ dynamodb: 'http://127.0.0.1:8000' }),
        outcome: { figures: [], faults: ['a', 'b'] },
        seconds: 12,
      },
    ]
    expect(report(ended)).toBe(
      'lint   passed    1 s   engine of lint 1.2; 3 templates\nstore  2 faults  12 s  http://127.0.0.1:8000',
    )
  })
})
