/** The cloud assembly that test files are given. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

export interface GivenAssembly {
  /** The cloud assembly of every stage, as `cdk synth` writes it. */
  readonly all: string
  /** The stage dev alone, which is what the local stack runs. */
  readonly dev: string
}

const APP = resolve(import.meta.dirname, '../../infra/app.ts')

/** Synthesizes all stages. */
export async function synthesized(place: string): Promise<GivenAssembly> {
  const [all, dev] = [join(place, 'all'), join(place, 'dev')]
  await mkdir(all, { recursive: true })
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
