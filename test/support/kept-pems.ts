/** RSA keys that workers make for each other. None is given twice to the same worker. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

export interface Pems {
  readonly publicKey: string
  readonly privateKey: string
}

const WHOLE = '.json'
const had = new Set<string>()

/** A key that another worker made, or undefined when this one had all that there are. */
export function takePems(): Pems | undefined {
  const folder = inject('keysFolder')
  const name = readdirSync(folder).find((one) => one.endsWith(WHOLE) && !had.has(one))
  if (name === undefined) return undefined
  had.add(name)
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

/** For the others. */
export function keepPems(made: Pems): Pems {
  const name = `${process.pid}-${had.size}`
  had.add(name + WHOLE)
  const draft = join(inject('keysFolder'), name)
  writeFileSync(draft, JSON.stringify(made))
  renameSync(draft, draft + WHOLE)
  return made
}
