/** Files that import each other in a circle, types included: none of them can be understood, tested or moved alone. */
import { resolve, type Tree } from './tree.ts'
import type { Breach } from './walls.ts'

export function cycles(tree: Tree): readonly Breach[] {
  const arrows = new Map([...tree.keys()].map((path) => [path, filesImportedBy(tree, path)]))
  return [...arrows.keys()].flatMap((start) => {
    const way = wayBack(arrows, start)
    // A circle is told once, from its first file.
    if (way === undefined || way.some((path) => path < start)) return []
    const circle = [start, ...way].join(' → ')
    const says = `${circle} is a circle: move what both sides need into a file of its own, below them`
    return [{ from: start, to: way[0] ?? start, says }]
  })
}

function filesImportedBy(tree: Tree, path: string): readonly string[] {
  return (tree.get(path)?.specifiers ?? []).flatMap((specifier) => {
    const target = resolve(path, specifier)
    return target.kind === 'file' && tree.has(target.path) ? [target.path] : []
  })
}

/** The shortest way from a file back to itself: what follows it, and last itself. */
function wayBack(
  arrows: ReadonlyMap<string, readonly string[]>,
  start: string,
): readonly string[] | undefined {
  const reachedFrom = new Map<string, string>()
  const waiting = [start]
  for (const path of waiting) {
    for (const next of arrows.get(path) ?? []) {
      if (reachedFrom.has(next)) continue
      reachedFrom.set(next, path)
      if (next === start) return wayTo(start, reachedFrom)
      waiting.push(next)
    }
  }
  return undefined
}

function wayTo(start: string, reachedFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [start]
  for (
    let path = reachedFrom.get(start);
    path !== undefined && path !== start;
    path = reachedFrom.get(path)
  ) {
    way.unshift(path)
  }
  return way
}
