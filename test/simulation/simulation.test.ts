import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tally } from './exhaustive.ts'
import { makeKeyMaterial } from './keys.ts'
import { mutants } from './mutant-table.ts'
import { runMutants } from './mutant-run.ts'
import { editsOf, mutated } from './mutants.ts'
import { dismissed, type Hand, runShared, startHands } from './pool.ts'
import { replay } from './replay.ts'
import { failureText } from './report.ts'

const LIMIT_MS = 180_000
/** The short form: `npm run simulate` tries every mutant, every pair of every scenario and many times as many seeds. */
const SEEDS = 100
const MUTANTS = 8
const keys = makeKeyMaterial()
/** They do one test after the other: what a thread has loaded and compiled serves all of them. */
let hands: readonly Hand[] = []
beforeAll(() => {
  hands = startHands(Math.min(2, availableParallelism()))
})
afterAll(() => dismissed(hands))

const failures = (tally: Tally) => tally.failures.map(failureText)

describe('under faults, no promise is broken', () => {
  it('by each fourth pair of faults in a payment', { timeout: LIMIT_MS }, async () => {
    const tally = await runShared({ keys, scenario: 'pay', exhaustive: { every: 4 } }, hands)
    expect(failures(tally)).toEqual([])
    expect(tally.pairs).toBeGreaterThan(250)
  })

  it(
    'by each sixteenth single fault or each hundredth of its pairs in every scenario',
    { timeout: LIMIT_MS },
    async () => {
      const tally = await runShared({ keys, exhaustive: { every: 100, singles: 16 } }, hands)
      expect(failures(tally)).toEqual([])
      expect(tally.singles).toBeGreaterThan(200)
      expect(tally.pairs).toBeGreaterThan(100)
    },
  )

  it('by faults, delays, repeats and interleavings of random seeds', { timeout: LIMIT_MS }, async () => {
    const tally = await runShared({ keys, random: { seed: 1, runs: SEEDS } }, hands)
    expect(failures(tally)).toEqual([])
    expect(tally.faults).toBeGreaterThan(tally.random)
  })
})

describe('a seed', () => {
  it('gives the same run every time, call by call', async () => {
    const play = async (seed: number) => {
      const lines: string[] = []
      await replay({ scenario: 'storm', seed }, (line) => void lines.push(line))
      return lines
    }
    const first = await play(5)
    expect(first.length).toBeGreaterThan(50)
    expect(await play(5)).toEqual(first)
    expect(await play(9)).not.toEqual(first)
  })
})

describe('a mutant', () => {
  it.each(mutants)('fits its source: $name', (mutant) => {
    for (const edit of editsOf(mutant)) expect(() => mutated(mutant.name, edit)).not.toThrow()
  })

  it('is caught, whichever safeguard it takes away: every eighth here', { timeout: LIMIT_MS }, async () => {
    const results = await runMutants({ keys, hands, every: MUTANTS })
    const survivors = results.filter(({ caught }) => caught === undefined).map(({ name }) => name)
    expect(survivors).toEqual([])
    expect(results).toHaveLength(Math.ceil(mutants.length / MUTANTS))
  })
})
