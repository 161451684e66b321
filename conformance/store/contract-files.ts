/** The tests of the stores that run on any engine: with `WXPAY_DYNAMODB_ENDPOINT` on the given one, in place of ours. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = 'test/stores'

/** What a test is repeated over: every table service, or every pair of stores. */
const ON_EVERY_ENGINE = /describe\.each\((?:\w*ENGINES)\)/

/** Looked for and not listed, so that no test of a store is left out. @returns paths from the root, by name. */
export async function contractFiles(root: string): Promise<readonly string[]> {
  const names = (await readdir(join(root, FOLDER))).filter((name) => name.endsWith('.test.ts')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(root, FOLDER, name), 'utf8')))
  return names
    .filter((_, index) => ON_EVERY_ENGINE.test(texts[index] ?? ''))
    .map((name) => `${FOLDER}/${name}`)
}
