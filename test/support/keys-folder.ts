/** Where workers leave keys for each other: `kept-pems.ts`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    keysFolder: string
  }
}

/** Runs before all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'wxpay-test-keys-'))
  project.provide('keysFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
