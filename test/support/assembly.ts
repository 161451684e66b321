/** Synthesizes all stages once for all test files, when the first of them asks; `given-assembly.ts` asks for them. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { listen } from '#simulator/listen.ts'

export interface GivenAssembly {
  /** The cloud assembly of every stage, as `cdk synth` writes it. */
  readonly all: string
  /** The stage dev alone, which is what the local stack runs. */
  readonly dev: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for it: test files run in processes of their own. */
    assembly: string
  }
}

const APP = resolve(import.meta.dirname, '../../infra/app.ts')

/** Runs before all test files. Those that need no assembly do not wait for one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const place = await mkdtemp(join(tmpdir(), 'wxpay-assembly-'))
  let made: Promise<GivenAssembly> | undefined
  const server = createServer((_, response) => {
    made ??= synthesized(place)
    made.then(
      (assembly) => response.end(JSON.stringify(assembly)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  const { url, close } = await listen(server, 0, 'the assembly of the tests')
  project.provide('assembly', url)
  return async () => {
    await close()
    await rm(place, { recursive: true, force: true })
  }
}

async function synthesized(place: string): Promise<GivenAssembly> {
  const [all, dev] = [join(place, 'all'), join(place, 'dev')]
  await mkdir(all)
  // With nothing but Node at hand: no network, no settings of this user, no working directory. CloudFormation's own rules
  // would take most of the time; a test of their own asks them.
  const env = { CDK_OUTDIR: all, HOME: all, https_proxy: 'http://127.0.0.1:1', CDK_VALIDATION: 'false' }
  await promisify(execFile)(process.execPath, [APP], { cwd: all, env })
  await copyStack('wxpay-dev', { from: all, to: dev })
  return { all, dev }
}

/** What `cdk synth` writes for one stage alone: the same files, and a manifest that names no other stack. */
async function copyStack(
  stack: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const another = (name: string) => name.startsWith('wxpay-') && name.split('.')[0] !== stack
  await cp(from, to, { recursive: true, filter: (source) => !another(basename(source)) })
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as { artifacts: object }
  const artifacts = Object.fromEntries(Object.entries(manifest.artifacts).filter(([id]) => !another(id)))
  await writeFile(join(to, 'manifest.json'), JSON.stringify({ ...manifest, artifacts }))
}
