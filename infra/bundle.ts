/**
 * Bundles every function with esbuild, the AWS SDK included: one file with all that it needs, and one for each part that it loads when
 * it first needs it. What is tested is what is deployed.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BuildOptions, Metafile } from 'esbuild'
import { askedBy, fileOfPart } from './bundle-parts.ts'
import { type ChannelName, replacedWithout } from './channels/channels.ts'
import { bundleNames, type BundleName } from './operations/operations.ts'

const PROJECT_ROOT = resolve(import.meta.dirname, '..')

/** What the AWS clients bring along that no function on Lambda uses: a third of a bundle, read at every cold start. */
const IN_PLACE_OF = {
  '@aws-sdk/credential-provider-node': 'environment-credentials.ts',
  '@aws-sdk/middleware-endpoint-discovery': 'no-endpoint-discovery.ts',
  '@smithy/core/event-streams': 'no-event-streams.ts',
  '@smithy/core/config': 'environment-config.ts',
  '@smithy/core/checksum': 'node-checksums.ts',
}

/** Keys of SM2 need it, and few merchants have any: it stands beside the bundles that may ask for it, and is read when they do. */
const SM_ENGINE = '#shared/crypto/sm/engine.ts'
export const SM_FILE = 'sm.js'

export interface Bundles {
  /** The directory to deploy for a function: `index.js` with the export `handler`. */
  readonly directoryOf: (name: BundleName) => string
  /** esbuild's account of what went into each `<operation>/index.js`. */
  readonly metafile: Metafile
}

/**
 * How a function is bundled.
 *
 * CommonJS, because importing it takes a quarter less time than ES modules on a cold start; ES entry points of packages,
 * because they can be tree-shaken; no source maps, because they weigh as much as the code.
 */
export const BUNDLED = {
  absWorkingDir: PROJECT_ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  alias: Object.fromEntries(
    Object.entries(IN_PLACE_OF).map(([name, file]) => [name, join(PROJECT_ROOT, 'shared/aws/lean', file)]),
  ),
  minify: true,
  // What is asked for later is asked for with `require`: `import` would load the loader of ES modules first.
  // A pattern stays as it is written: put together by a call, it would be put together for nobody.
  supported: { 'dynamic-import': false, 'regexp-unicode-property-escapes': true },
  external: [SM_ENGINE],
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions

/** What a stage lacks is in none of its bundles: in place of the code of other channels there is that of none. */
function inPlaceOf(channels: readonly ChannelName[]): Readonly<Record<string, string>> {
  const replaced = Object.entries(replacedWithout(channels))
  return Object.fromEntries(replaced.map(([name, file]) => [name, join(PROJECT_ROOT, file)]))
}

/**
 * Writes `<outdir>/<operation>/index.js` for each operation of a stage. The same sources give the same bytes.
 *
 * @param channels those of the stage.
 */
export function bundleOperations(outdir: string, channels: readonly ChannelName[] = ['wechat']): Bundles {
  const names = bundleNames(channels)
  const metafile = buildLean({
    ...BUNDLED,
    withParts: true,
    alias: { ...BUNDLED.alias, ...inPlaceOf(channels) },
    entryPoints: [
      ...names.map((operation) => ({
        in: `functions/${operation}/handler.ts`,
        out: `${operation}/index`,
      })),
      { in: 'shared/crypto/sm/engine.ts', out: 'sm' },
    ],
    outdir,
  })
  const directoryOf = (name: BundleName): string => join(outdir, name)
  for (const operation of names) {
    const imports = partsBeside(metafile, operation)
    if (SM_ENGINE in imports) copyFileSync(join(outdir, SM_FILE), join(directoryOf(operation), SM_FILE))
    // Without its type Node would look further up and may find `"type": "module"`.
    const manifest = { type: 'commonjs', imports }
    writeFileSync(join(directoryOf(operation), 'package.json'), `${JSON.stringify(manifest)}\n`)
  }
  return { directoryOf, metafile }
}

/** As `buildSync`, with the plugin that makes the clients of the AWS SDK lean. */
export function buildLean(options: BuildOptions & { readonly withParts?: boolean }): Metafile {
  const program = join(import.meta.dirname, 'bundle-process.ts')
  const told = execFileSync(process.execPath, [program], {
    input: JSON.stringify(options),
    maxBuffer: Infinity,
    encoding: 'utf8',
  })
  return JSON.parse(told)
}

/** What a function may ask for later, by name, and the file that it is in. */
function partsBeside({ outputs }: Metafile, operation: BundleName): Readonly<Record<string, string>> {
  const own = Object.entries(outputs).filter(([path]) => path.includes(`/${operation}/`))
  const names = own.flatMap(([, output]) => askedBy(output))
  return Object.fromEntries(
    names.map((name) => [name, `./${name === SM_ENGINE ? SM_FILE : fileOfPart(name)}`]),
  )
}
