import { defineConfig } from 'vitest/config'

/**
 * What takes longer than `npm test` has time for: what is published, packed and used as others use it, and its licences; `npm start`
 * and `cdk synth` as a user calls them; the rules of AWS over every kind of stage; bad days with 100,000 orders; a short form of the
 * drills.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    globalSetup: [
      'test/support/compile-cache.ts',
      'test/support/keys-folder.ts',
      'test/support/made-once.ts',
    ],
    pool: 'forks',
    setupFiles: ['test/support/kept-keys.ts'],
    // Safety nets only: nothing waits for time to pass, and a loaded machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
