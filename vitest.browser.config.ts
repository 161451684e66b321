import { defineConfig } from 'vitest/config'

/** What a person would do in a browser. `npm test` has none of it: a browser takes seconds of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.browser.ts'],
    globalSetup: ['test/support/compile-cache.ts', 'test/browser/tell-browser.ts'],
    isolate: false,
    pool: 'forks',
    // Safety nets only: nothing waits for time to pass, and a loaded machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
  },
})
