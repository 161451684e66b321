/** The mutants: each takes one safeguard away, in the source text as Node loads it, so that the working tree stays as it is. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutant-table.ts'

const ROOT = new URL('../../', import.meta.url)

/** @throws RangeError when the source has changed so that the mutant no longer fits. */
export function mutated({ name, file, from, to }: Mutant): string {
  const source = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8')
  const parts = source.split(from)
  if (parts.length !== 2)
    throw new RangeError(`mutant "${name}" fits ${parts.length - 1} places of ${file}, not one`)
  return parts.join(to)
}

/** For this thread, before the file is loaded. */
export function installMutant(name: string): void {
  const mutant = mutants.find((candidate) => candidate.name === name)
  if (mutant === undefined) throw new RangeError(`no mutant "${name}"`)
  const url = new URL(mutant.file, ROOT).href
  const source = mutated(mutant)
  registerHooks({
    load: (loaded, context, next) =>
      loaded === url ? { format: 'module-typescript', source, shortCircuit: true } : next(loaded, context),
  })
}
