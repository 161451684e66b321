/** Which modules of this project load which others, read from their source. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)

/** Types leave no trace in what is loaded. */
const TYPES_ALONE = /(?:import|export) type [^']*'[^']*'/g
const LOADED = /(?:from |import\()'([#.][^']+)'/g

/** @returns the URLs of the modules that load `file` in the end, by whatever way, among those that `entry` loads; `file` itself too. */
export function thoseThatLoad(file: URL, entry: URL): ReadonlySet<string> {
  const loadedBy = graphOf(entry)
  const found = new Set<string>()
  const visit = (url: string): void => {
    if (found.has(url)) return
    found.add(url)
    for (const loader of loadedBy.get(url) ?? []) visit(loader)
  }
  visit(file.href)
  return found
}

const graphs = new Map<string, ReadonlyMap<string, readonly string[]>>()

/** By whom each module is loaded. */
function graphOf(entry: URL): ReadonlyMap<string, readonly string[]> {
  const known = graphs.get(entry.href)
  if (known !== undefined) return known
  const loadedBy = new Map<string, string[]>([[entry.href, []]])
  const read = (url: string): void => {
    for (const loaded of loadedIn(url)) {
      const loaders = loadedBy.get(loaded)
      if (loaders === undefined) {
        loadedBy.set(loaded, [url])
        read(loaded)
      } else loaders.push(url)
    }
  }
  read(entry.href)
  graphs.set(entry.href, loadedBy)
  return loadedBy
}

function loadedIn(url: string): readonly string[] {
  const source = readFileSync(fileURLToPath(url), 'utf8').replaceAll(TYPES_ALONE, '')
  return Array.from(source.matchAll(LOADED), ([, specifier = '']) =>
    specifier.startsWith('#') ? new URL(specifier.slice(1), ROOT).href : new URL(specifier, url).href,
  )
}
