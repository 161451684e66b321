/** The mutants: each takes one safeguard away, in the source text as Node loads it, so that the working tree stays as it is. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { thoseThatLoad } from './module-graph.ts'
import type { Edit, Mutant } from './mutant.ts'
import { mutants } from './mutant-table.ts'

const ROOT = new URL('../../', import.meta.url).href
const MARK = '?mutant='

/** What a mutant changes. */
export function editsOf(mutant: Mutant): readonly Edit[] {
  return [mutant, ...(mutant.behind === undefined ? [] : [mutant.behind])]
}

/** @throws RangeError when the source has changed so that the mutant no longer fits. */
export function mutated(name: string, { file, from, to }: Edit): string {
  const source = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8')
  const parts = source.split(from)
  if (parts.length !== 2)
    throw new RangeError(`mutant "${name}" fits ${parts.length - 1} places of ${file}, not one`)
  return parts.join(to)
}

/**
 * Where a module of this project is loaded from anew for one mutant, with all between it and the mutant. What does not load the
 * mutant is the same for all of them and shared.
 */
export function mutantUrl(module: URL, name: string): string {
  const index = mutants.findIndex((candidate) => candidate.name === name)
  if (index === -1) throw new RangeError(`no mutant "${name}"`)
  const changed = editsOf(mutants[index]!).flatMap(({ file }) => [
    ...thoseThatLoad(new URL(file, ROOT), module),
  ])
  anew.set(String(index), new Set(changed))
  return `${module.href}${MARK}${index}`
}

/** By the mark of a mutant, the modules that it changes. */
const anew = new Map<string, ReadonlySet<string>>()

/** For this thread, before the first mutant is loaded. */
export function installMutants(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const mark = markOf(context.parentURL)
      return mark !== undefined && anew.get(mark)?.has(found.url) === true
        ? { ...found, url: `${found.url}${MARK}${mark}` }
        : found
    },
    load: (url, context, next) => {
      const mutant = mutants[Number(markOf(url))]
      const edit = mutant && editsOf(mutant).find(({ file }) => url.split(MARK)[0] === `${ROOT}${file}`)
      if (mutant === undefined || edit === undefined) return next(url, context)
      return { format: 'module-typescript', source: mutated(mutant.name, edit), shortCircuit: true }
    },
  })
}

function markOf(url: string | undefined): string | undefined {
  return url?.split(MARK)[1]
}
