/** Runs before each test file: what a test took is free again after it, and what its file took, after the file. */
import { afterEach, beforeEach } from 'vitest'
import { inUse } from './key-pool.ts'

inUse.backTo(0)
let before = 0
beforeEach(() => {
  before = inUse.count()
})
afterEach(() => inUse.backTo(before))
