import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contractFiles } from '../../conformance/store/contract-files.ts'

describe('the contract of the stores', () => {
  it('is every test that runs on each engine, and none that stays with one', async () => {
    const files = await contractFiles(resolve(import.meta.dirname, '../..'))
    const names = files.map((path) => /^test\/stores\/(.+)\.test\.ts$/.exec(path)?.[1])
    expect(names).toEqual([
      'day-index',
      'due-orders',
      'dynamo-claims',
      'dynamo-form',
      'fact-store',
      'lease',
      'order-store',
      'refund-counts',
      'reports',
      'switches',
    ])
  })
})
