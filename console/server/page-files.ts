/** The built page, read once. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface PageFile {
  readonly type: string
  readonly content: Uint8Array
}

export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

/** Where it lies: built in the repository, or beside the program in a package. */
const FOLDERS = ['../dist', 'console'].map((folder) => join(import.meta.dirname, folder))

const NOT_BUILT = 'The page is not built yet: npm run build:console builds it. Then start this again.\n'

/** By path; a word about it where it was not built, for a program has more to do than to show it. */
export async function readPageFiles(folders: readonly string[] = FOLDERS): Promise<PageFiles> {
  for (const folder of folders) {
    const found = await filesIn(folder).catch(() => undefined)
    if (found !== undefined) return found
  }
  return new Map([['/', { type: 'text/plain; charset=utf-8', content: Buffer.from(NOT_BUILT) }]])
}

async function filesIn(folder: string): Promise<PageFiles> {
  const files = Object.entries(TYPES).map(async ([name, type]) => {
    const content = await readFile(join(folder, name))
    return [name === 'index.html' ? '/' : `/${name}`, { type, content }] as const
  })
  return new Map(await Promise.all(files))
}
