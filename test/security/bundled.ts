/** What esbuild put into each function: source files of which at least one byte is there, and their packages. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleOperations } from '#infra/bundle.ts'
import { OPERATIONS } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'

export interface BundleContent {
  readonly files: readonly string[]
  readonly packages: readonly string[]
}

let known: ReadonlyMap<Operation, BundleContent> | undefined

/** Bundles once for each process. */
export function bundled(): ReadonlyMap<Operation, BundleContent> {
  known ??= contents()
  return known
}

function contents(): ReadonlyMap<Operation, BundleContent> {
  const outdir = mkdtempSync(join(tmpdir(), 'wxpay-bundled-'))
  try {
    const { metafile } = bundleOperations(outdir)
    return new Map(
      OPERATIONS.map((operation) => {
        const files = Object.entries(metafile.outputs)
          // What stands beside a bundle is shipped with it.
          .filter(([path]) => path.includes(`/${operation}/`) || path.endsWith('/sm.js'))
          .flatMap(([, { inputs }]) => Object.entries(inputs))
          .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
          .map(([path]) => path)
        return [operation, { files, packages: packagesOf(files) }]
      }),
    )
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

function packagesOf(files: readonly string[]): readonly string[] {
  const names = files.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}
