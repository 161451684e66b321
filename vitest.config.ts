import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** What takes longest begins first, so that no core waits for it at the end. */
const LONG = ['test/simulation/', 'test/drills/', 'test/local/start', 'test/flows/', 'test/cli/']

class LongestFirst extends BaseSequencer {
  override async sort(...[files]: Parameters<BaseSequencer['sort']>): ReturnType<BaseSequencer['sort']> {
    const rank = ({ moduleId }: { readonly moduleId: string }) => {
      const found = LONG.findIndex((part) => moduleId.includes(part))
      return found === -1 ? LONG.length : found
    }
    return [...files].sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/assembly.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many tests wait for processes and timers of the local stack: on two cores one worker would leave one idle.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    unstubEnvs: true,
  },
})
