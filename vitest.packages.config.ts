import { defineConfig } from 'vitest/config'

/** What is published, packed and used as others use it. `npm test` has none of it: npm, compilers and the CDK take their time. */
export default defineConfig({
  test: {
    include: ['test/**/*.packed.ts'],
    globalSetup: ['test/support/compile-cache.ts', 'test/support/assembly.ts'],
    pool: 'forks',
    // Safety nets only: nothing waits for time to pass, and a loaded machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
