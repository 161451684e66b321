import { defineConfig } from 'vitest/config'

/**
 * What takes longer than `npm test` has time for: what is published, packed and used as others use it; the rules of AWS over every kind
 * of stage; a short form of the drills.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    globalSetup: ['test/support/compile-cache.ts', 'test/support/assembly.ts'],
    pool: 'forks',
    // Safety nets only: nothing waits for time to pass, and a loaded machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
