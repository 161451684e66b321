/**
 * Makes once for all test files what is dear and the same for each, when the first of them asks: `given-assembly.ts` and
 * `given-bundles.ts` do. It is made from the sources of this run, and gone after it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { listen } from '#simulator/listen.ts'
import { synthesized } from './assembly.ts'
import { bundled } from './bundles.ts'

/** What each makes in a place of its own, and says of it. */
const MAKERS = { assembly: synthesized, bundles: bundled }
export type Made = keyof typeof MAKERS

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask: test files run in processes of their own. */
    madeOnce: string
  }
}

/** Runs before all test files. Those that need nothing of it do not wait for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const place = await mkdtemp(join(tmpdir(), 'wxpay-made-once-'))
  const known = new Map<string, Promise<unknown>>()
  const server = createServer(({ url }, response) => {
    const [name, make] = Object.entries(MAKERS).find(([one]) => url === `/${one}`) ?? []
    if (name === undefined || make === undefined) return void response.writeHead(404).end()
    const made = known.get(name) ?? make(join(place, name))
    known.set(name, made)
    made.then(
      (found) => response.end(JSON.stringify(found)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  const { url, close } = await listen(server, 0, 'what is made once for all tests')
  project.provide('madeOnce', url)
  return async () => {
    await close()
    await rm(place, { recursive: true, force: true })
  }
}
