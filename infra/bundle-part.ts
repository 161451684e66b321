/** Bundles one part: a file beside `index.js` that is read when it is first asked for, and takes from there what both need. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { build, transform } from 'esbuild'
import type { BuildOptions, Metafile, Plugin } from 'esbuild'

export interface BundleOptions extends BuildOptions {
  readonly absWorkingDir: string
}

/** What is not minified says by which names a file takes something from another. */
export const READABLE = { minify: false, minifySyntax: true, write: false, metafile: true } as const

/** What `index.js` exports for its parts: a function that says all of it, for getters of each thing take a while to make at each start. */
export const GIVE = 'give'

/** What `index.js` gives to its parts: a short name for each thing of each file. */
export class Given {
  readonly files = new Map<string, Map<string, string>>()
  #count = 0

  of(file: string, name: string): string {
    const names = this.files.get(file) ?? new Map<string, string>()
    this.files.set(file, names)
    const short = names.get(name) ?? `p${(this.#count += 1)}`
    names.set(name, short)
    return short
  }
}

export interface PartOptions {
  /** As it is asked for with `import()`. */
  readonly name: string
  /** The files of `index.js`, and what each exports. */
  readonly held: ReadonlyMap<string, readonly string[]>
  /** Grows by what the part takes. */
  readonly given: Given
}

export interface Bundled {
  readonly code: string
  readonly output: Metafile['outputs'][string]
  readonly inputs: Metafile['inputs']
}

export async function bundlePart(
  options: BundleOptions,
  { name, held, given }: PartOptions,
): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    ...options,
    ...READABLE,
    format: 'esm',
    entryPoints: [name],
    plugins: [leaving(options.absWorkingDir, held), ...(options.plugins ?? [])],
  })
  const [output] = Object.values(metafile.outputs)
  const [file] = outputFiles
  if (output === undefined || file === undefined) throw new Error(`esbuild made nothing of ${name}`)
  const { code } = await transform(takingFromIndex(file.text, given), {
    format: 'cjs',
    platform: 'node',
    minify: true,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.supported === undefined ? {} : { supported: options.supported }),
  })
  const inputs = Object.entries(output.inputs).filter(([path]) => !held.has(path))
  return { code, output: { ...output, inputs: Object.fromEntries(inputs) }, inputs: metafile.inputs }
}

/** As `leaving` leaves it: one name of one file, and maybe another name for it here. */
const TAKEN = /^import \{\s*([\w$]+)(?: as ([\w$]+))?\s*\} from "held:[^:]+:([^"]+)";$/gm

/** It is loaded when the function is, long before anything asks for a part of it. */
function takingFromIndex(text: string, given: Given): string {
  const taken = [...text.matchAll(TAKEN)].map(
    ([, theirs = '', ours = theirs, file = '']) => `${given.of(file, theirs)}: ${ours}`,
  )
  const rest = text.replaceAll(TAKEN, '')
  if (rest.includes('from "held:')) throw new Error('esbuild imports names in another way than is known here')
  return `const { ${taken.join(', ')} } = require('./index.js').${GIVE}()\n${rest}`
}

/** What a file has from another one and hands on. */
const HANDED_ON = /^export \{([^}]*)\} from (["'])[^"']+\2;?$/gm
/** The name by which it does, the second where there are two. */
const NAME = /([\w$]+)\s*(?:,|$)/g

/** Leaves to `index.js` what it has: in place of what is in a file of it stands what that file exports. */
function leaving(root: string, held: PartOptions['held']): Plugin {
  return {
    name: 'leaving',
    setup(builder) {
      builder.onResolve({ filter: /^held:/ }, ({ path }) => ({ path, external: true, sideEffects: false }))
      builder.onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
        const file = relative(root, path)
        const names = held.get(file)
        if (names === undefined) return undefined
        // Where it is from decides whether it is in `index.js`.
        const handedOn = [...readFileSync(path, 'utf8').matchAll(HANDED_ON)]
        const others = new Set(
          handedOn.flatMap(([, list = '']) => [...list.matchAll(NAME)].map(([, name]) => name)),
        )
        const own = names.filter((name) => !others.has(name))
        // One by one, so that what nobody takes is left out.
        const lines = own.map((name) => `export { ${name} } from 'held:${name}:${file}'`)
        return { contents: [...lines, ...handedOn.map(([line]) => line)].join('\n') }
      })
    },
  }
}
