import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/assembly.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    unstubEnvs: true,
  },
})
