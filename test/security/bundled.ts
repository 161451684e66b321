/** What esbuild put into each function: source files of which at least one byte is there, and their packages. */
import { OPERATIONS } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { givenBundles } from '#test/support/given-bundles.ts'

export interface BundleContent {
  readonly files: readonly string[]
  readonly packages: readonly string[]
}

export async function bundled(): Promise<ReadonlyMap<Operation, BundleContent>> {
  const { metafile } = await givenBundles()
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
}

function packagesOf(files: readonly string[]): readonly string[] {
  const names = files.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}
