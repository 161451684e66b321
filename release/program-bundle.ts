/** Builds a program of the project as JavaScript, since Node takes no TypeScript from node_modules. */
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { OLDEST } from './command-file.ts'
import { ROOT } from './project.ts'

/** Packages of CommonJS ask for modules of Node by `require`; Node.js 20 has no `Map.groupBy`: node-20.d.ts. */
const BEGINNING = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    if (!groups.get(key)?.push(item)) groups.set(key, [item])
  }
  return groups
}`

/** Writes `dist/main.mjs`, and beside it what is loaded later. @returns the files that went into it. */
export function bundleProgram(entry: string, folder: string): readonly string[] {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: { main: entry },
    outdir: join(folder, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: `node${OLDEST.major}.${OLDEST.minor}`,
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: BEGINNING },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  })
  return Object.keys(metafile.inputs)
}
