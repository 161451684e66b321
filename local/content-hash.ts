/** One hash over the content of files, so that a change of any of them, or of their names, is seen. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/**
 * Hashes files and directories, in the order of their names.
 *
 * @param names paths below `root`; one that does not exist counts as that.
 */
export async function contentHash(root: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const name of names) {
    for (const file of await filesOf(root, name)) {
      const content = await readFile(join(root, file))
      hash.update(`${file.split(sep).join('/')}\0${content.length}\0`).update(content)
    }
    hash.update(`${name}\n`)
  }
  return hash.digest('hex')
}

async function filesOf(root: string, name: string): Promise<readonly string[]> {
  const path = join(root, name)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return []
  if (!found.isDirectory()) return [name]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(name, join(entry.parentPath, entry.name).slice(path.length)))
    .toSorted()
}
