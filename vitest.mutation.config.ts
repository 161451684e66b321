import { defineConfig } from 'vitest/config'

/** The tests that mutants are tried against: all that exercise the mutated code within one process, in seconds. */
export default defineConfig({
  test: {
    include: [
      'test/{alipay,config,crypto,events,facts,functions,http,orders,payments,wechat}/**/*.test.ts',
      'test/security/bit-flips.test.ts',
      'test/stores/**/*.test.ts',
    ],
    testTimeout: 20_000,
    pool: 'forks',
  },
})
