/** Synthesizes the stack once for all test files that run it; `given-assembly.ts` hands it to them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { synthesizeStack } from '#local/synthesize-stack.ts'

export interface GivenAssembly {
  readonly path: string
  /** Why there is none: told to whoever asks for it, so that tests that do not need it still run. */
  readonly failure?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    assembly: GivenAssembly
  }
}

/** Runs before all test files. WXPAY_TEST_ASSEMBLY names a cloud assembly to take instead. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const existing = process.env['WXPAY_TEST_ASSEMBLY']
  if (existing !== undefined) {
    project.provide('assembly', { path: existing })
    return async () => {}
  }
  const place = await mkdtemp(join(tmpdir(), 'wxpay-assembly-'))
  const path = join(place, 'cdk.out')
  project.provide('assembly', await synthesized(path))
  return () => rm(place, { recursive: true, force: true })
}

async function synthesized(path: string): Promise<GivenAssembly> {
  try {
    await synthesizeStack(path, 'dev', { environment: {} })
    return { path }
  } catch (error) {
    return { path, failure: error instanceof Error ? error.message : String(error) }
  }
}
