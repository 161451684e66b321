/**
 * Bundles functions with their parts. What is asked for with `import()` by a name of this project becomes a file of its own beside
 * `index.js`. It takes from there whatever both need, so that nothing is read twice, and what it alone needs is read with it.
 */
import { writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import type { Metafile, Plugin } from 'esbuild'
import { type Bundled, bundlePart, type BundleOptions, GIVE, Given, READABLE } from './bundle-part.ts'

export interface PartsOptions extends BundleOptions {
  readonly outdir: string
  readonly entryPoints: { readonly in: string; readonly out: string }[]
  /** What is asked for and stands beside the bundles anyway. */
  readonly external: string[]
}

type Output = Metafile['outputs'][string]

/** Before the `out` of a function: in place of its handler, what exports more than that. */
const GIVING = 'giving:'

/** How the file is called of a part that is asked for by a name of this project. */
export const fileOfPart = (name: string): string => `${basename(name, '.ts')}.js`

/** Names of this project that are asked for with `import()`. */
export const askedBy = ({ imports }: Output): readonly string[] => [
  ...new Set(imports.map(({ path }) => path).filter((path) => path.startsWith('#'))),
]

/**
 * Writes each `<out>.js`, and the parts beside it.
 *
 * @returns esbuild's account of all of them.
 * @throws Error for a file that would be in an index and in a part of it.
 */
export async function bundleWithParts(options: PartsOptions): Promise<Metafile> {
  const own = { ...options, plugins: [...(options.plugins ?? []), apart(options.external)] }
  const { metafile: alone } = await build({ ...own, metafile: true })
  const askers = options.entryPoints
    .map(({ out }) => ({ out, files: filesOf(outputOf(alone, out)), asked: askedBy(outputOf(alone, out)) }))
    .map(({ asked, ...rest }) => ({
      ...rest,
      names: asked.filter((name) => !options.external.includes(name)),
    }))
    .filter(({ names }) => names.length > 0)
  const given = new Map(askers.map(({ out }) => [out, new Given()]))
  const exported = await exportsOf(own, new Set(askers.flatMap(({ files }) => files)))
  const parts = await Promise.all(
    askers.map(({ out, names, files }) => {
      const held = new Map(files.map((file) => [file, exported.get(file) ?? []]))
      return bundleEach(own, { out, names, given: given.get(out) ?? new Given(), held })
    }),
  )
  const { metafile } = await build({
    ...own,
    metafile: true,
    entryPoints: [...given.keys()].map((out) => ({ out, in: GIVING + out })),
    plugins: [...own.plugins, giving(options, given)],
  })
  const made = parts.flat()
  for (const { of, file, code } of made) writeFileSync(join(options.outdir, dirname(of), file), code)
  return accountOf(together(alone, metafile), made)
}

function outputOf({ outputs }: Metafile, out: string): Output {
  const found = Object.entries(outputs).find(([path]) => path.endsWith(`/${out}.js`))
  if (found === undefined) throw new Error(`esbuild made no ${out}.js`)
  return found[1]
}

/** Files of which something is in it. */
function filesOf({ inputs }: Output): readonly string[] {
  return Object.entries(inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.startsWith(GIVING))
    .map(([path]) => path)
}

/** What each of these files exports. */
async function exportsOf({ absWorkingDir, platform }: PartsOptions, files: ReadonlySet<string>) {
  const { metafile } = await build({
    ...READABLE,
    absWorkingDir,
    outdir: absWorkingDir,
    entryPoints: [...files],
    ...(platform === undefined ? {} : { platform }),
    format: 'esm',
    logLevel: 'silent',
  })
  return new Map(Object.values(metafile.outputs).map((output) => [output.entryPoint ?? '', output.exports]))
}

interface Each {
  readonly out: string
  readonly names: readonly string[]
  readonly held: ReadonlyMap<string, readonly string[]>
  readonly given: Given
}

interface Part extends Bundled {
  /** The `out` of its function. */
  readonly of: string
  readonly file: string
}

/** One after the other, so that the names that are given are the same each time. */
async function bundleEach(options: PartsOptions, { out, names, ...index }: Each): Promise<Part[]> {
  const parts: Part[] = []
  for (const name of names)
    parts.push({ of: out, file: fileOfPart(name), ...(await bundlePart(options, { name, ...index })) })
  return parts
}

/** Leaves what is asked for with `import()` where it is. */
function apart(external: readonly string[]): Plugin {
  return {
    name: 'apart',
    setup(builder) {
      builder.onResolve({ filter: /^#/ }, ({ path, kind }) =>
        kind === 'dynamic-import' && !external.includes(path) ? { path, external: true } : undefined,
      )
    },
  }
}

/** Lets each `index.js` give what its parts take, beside what it exports itself. */
function giving({ absWorkingDir, entryPoints }: PartsOptions, given: ReadonlyMap<string, Given>): Plugin {
  const from = (path: string) => `from ${JSON.stringify(resolve(absWorkingDir, path))}`
  const linesOf = (out: string) => {
    const files = [...(given.get(out)?.files ?? [])]
    const shorts = files.flatMap(([, names]) => [...names.values()])
    return [
      ...entryPoints.filter((entry) => entry.out === out).map((entry) => `export * ${from(entry.in)}`),
      ...files.map(([file, names]) => {
        const pairs = [...names].map(([theirs, short]) => `${theirs} as ${short}`)
        return `import { ${pairs.join(', ')} } ${from(file)}`
      }),
      `export const ${GIVE} = () => ({ ${shorts.join(', ')} })`,
    ]
  }
  return {
    name: 'giving',
    setup(builder) {
      builder.onResolve({ filter: new RegExp(`^${GIVING}`) }, ({ path }) => ({
        path: path.slice(GIVING.length),
        namespace: 'giving',
      }))
      builder.onLoad({ filter: /./, namespace: 'giving' }, ({ path }) => ({
        contents: linesOf(path).join('\n'),
        resolveDir: absWorkingDir,
      }))
    },
  }
}

function together(one: Metafile, other: Metafile): Metafile {
  return { inputs: { ...one.inputs, ...other.inputs }, outputs: { ...one.outputs, ...other.outputs } }
}

/** Of functions and parts alike, without what was only said to esbuild. */
function accountOf(functions: Metafile, parts: readonly Part[]): Metafile {
  const beside = parts.map(({ of, file, code, output, inputs }) => {
    const [index = ''] = Object.keys(functions.outputs).filter((path) => path.endsWith(`/${of}.js`))
    const path = join(dirname(index), file)
    return { inputs, outputs: { [path]: { ...output, bytes: Buffer.byteLength(code) } } }
  })
  const all = beside.reduce(together, functions)
  for (const of of new Set(parts.map((part) => part.of))) refuseTwice(all, of)
  const outputs = Object.entries(all.outputs).map(([path, output]) => [
    path,
    { ...output, inputs: ownOf(output.inputs) },
  ])
  return { inputs: ownOf(all.inputs), outputs: Object.fromEntries(outputs) }
}

function ownOf<Input>(inputs: Readonly<Record<string, Input>>): Record<string, Input> {
  return Object.fromEntries(Object.entries(inputs).filter(([path]) => !path.startsWith(GIVING)))
}

/** @throws Error where two files of a function have the same: two copies of a class are two classes. */
function refuseTwice({ outputs }: Metafile, of: string): void {
  const folder = `${dirname(of)}/`
  const files = Object.entries(outputs)
    .filter(([path]) => `${dirname(path)}/`.endsWith(`/${folder}`))
    .flatMap(([, output]) => filesOf(output))
  const twice = files.filter((file, at) => files.indexOf(file) !== at)
  if (twice.length > 0)
    throw new Error(`two files of ${of} have ${twice.join(', ')}: split what each needs of it`)
}
