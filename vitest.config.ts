import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import { clientAsPackage } from './client/packaging/as-package.ts'

/** What takes longest begins first, so that no core waits for it at the end. */
const LONG = ['test/simulation/', 'test/drills/', 'test/flows/', 'test/security/', 'test/cli/']

class LongestFirst extends BaseSequencer {
  override async sort(...[files]: Parameters<BaseSequencer['sort']>): ReturnType<BaseSequencer['sort']> {
    const rank = ({ moduleId }: { readonly moduleId: string }) => {
      const found = LONG.findIndex((part) => moduleId.includes(part))
      return found === -1 ? LONG.length : found
    }
    return [...files].sort((a, b) => rank(a) - rank(b))
  }
}

/** Tests that replace modules for a whole file: nobody may share their worker. */
const ALONE = [
  'test/crypto/cipher-calls.test.ts',
  'test/functions/environment-in-use.test.ts',
  'test/lambda/handlers.test.ts',
  'test/lambda/no-wechat.test.ts',
]
/** Tests of templates: loading the CDK costs more than most of them, and a template is made once for all. */
const TEMPLATES = ['test/infra/**/*.test.ts', 'test/guarantees/template.test.ts']

export default defineConfig({
  test: {
    globalSetup: [
      'test/support/compile-cache.ts',
      'test/support/keys-folder.ts',
      'test/support/made-once.ts',
    ],
    // Many tests wait for processes and timers of the local stack: one worker more than there are cores keeps them busy.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    // All others share workers and the modules loaded there: each starts and ends what it needs.
    projects: [
      project('shared', { include: ['test/**/*.test.ts'], exclude: [...ALONE, ...TEMPLATES] }, false),
      project('alone', { include: ALONE }, true),
      project('templates', { include: TEMPLATES }, false),
    ],
  },
})

function project(
  name: string,
  files: { readonly include: readonly string[]; readonly exclude?: readonly string[] },
  isolate: boolean,
) {
  const { include, exclude = [] } = files
  return {
    extends: true as const,
    plugins: [clientAsPackage],
    test: {
      name,
      include: [...include],
      exclude: [...exclude],
      isolate,
      pool: 'forks' as const,
      setupFiles: ['test/support/kept-keys.ts'],
      // Safety nets only: nothing waits for time to pass, and a loaded machine may take its time.
      testTimeout: 60_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 30_000, interval: 20 } },
      unstubEnvs: true,
    },
  }
}
