/** Bundles the page into one script and one style sheet beside its document; nothing of it comes from elsewhere. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'

const PAGE = resolve(import.meta.dirname, '../page')

/** Where the built page lies: `index.html`, `icon.svg`, `console.js` and `console.css`. */
export const PAGE_FOLDER = resolve(import.meta.dirname, '../dist')

export interface BuiltFile {
  readonly name: string
  readonly content: Uint8Array
}

/** The page as it is served. The same sources give the same bytes. */
export async function bundlePage(): Promise<readonly BuiltFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: [
      { in: 'main.tsx', out: 'console' },
      { in: 'style/console.css', out: 'console' },
    ],
    outdir: PAGE_FOLDER,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  })
  const bundled = outputFiles.map(({ path, contents }) => ({ name: basename(path), content: contents }))
  const asTheyAre = ['index.html', 'icon.svg'].map(async (name) => ({
    name,
    content: await readFile(join(PAGE, name)),
  }))
  return [...(await Promise.all(asTheyAre)), ...bundled]
}

/**
 * Builds the page, which takes a tenth of a second, and writes what differs from what is there, each file whole under another
 * name first: who reads it meanwhile, or builds it in another process, sees no half of it.
 */
export async function buildPage(folder = PAGE_FOLDER): Promise<readonly BuiltFile[]> {
  const files = await bundlePage()
  await mkdir(folder, { recursive: true })
  await Promise.all(files.map((file) => replace(join(folder, file.name), file.content)))
  return files
}

async function replace(path: string, content: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined)
  if (present !== undefined && Buffer.from(content).equals(present)) return
  const draft = `${path}.${process.pid}`
  await writeFile(draft, content)
  await rename(draft, path)
}
