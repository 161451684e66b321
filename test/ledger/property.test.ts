import { describe, expect, it } from 'vitest'
import { firstProblem } from './sets.ts'

/** About 7 s of one core; a loaded machine may take its time. */
const PATIENCE_MS = 120_000

describe('the ledger over drawn sets', () => {
  it(
    'case 7: agrees with the books of WeChat and of Alipay, in any order, any number of times, through decisions and crashes',
    async () => {
      expect(await firstProblem({ from: 1, sets: 20_000 })).toBeUndefined()
    },
    PATIENCE_MS,
  )
})
