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

/** By path. @throws Error when it was not built. */
export async function readPageFiles(folders: readonly string[] = FOLDERS): Promise<PageFiles> {
  for (const folder of folders) {
    const found = await filesIn(folder).catch(() => undefined)
    if (found !== undefined) return found
  }
  throw new Error('the console’s page is not built: npm run build:console builds it')
}

async function filesIn(folder: string): Promise<PageFiles> {
  const files = Object.entries(TYPES).map(async ([name, type]) => {
    const content = await readFile(join(folder, name))
    return [name === 'index.html' ? '/' : `/${name}`, { type, content }] as const
  })
  return new Map(await Promise.all(files))
}
