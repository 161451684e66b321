/** The bundles that test files are given: those of a stage with WeChat Pay alone, made apart from those of the assembly. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Metafile } from 'esbuild'

export interface GivenBundles {
  /** Where each function has its folder. */
  readonly folder: string
  readonly metafile: Metafile
}

/** Whoever bundles waits for it, and who asked for other things must not. */
const BUNDLER = resolve(import.meta.dirname, 'bundle.ts')

export async function bundled(folder: string): Promise<GivenBundles> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUNDLER, folder], { maxBuffer: Infinity })
  return { folder, metafile: JSON.parse(stdout) }
}
