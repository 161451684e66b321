/** The last lines of what went over the wire, in the order in which they were over, and each further one as it happens. */
import type { Unnumbered, WireLine } from './wire-line.ts'

const MAX_KEPT = 500

export interface WireLog {
  /** Keeps a line, and tells whoever watches. */
  add(line: Unnumbered): void
  /** Oldest first; only what came after the line `after`, where that is given. */
  list(after?: number): readonly WireLine[]
  /** Tells each line from now on. @returns what ends it. */
  watch(watcher: (line: WireLine) => void): () => void
  /** Forgets the lines; their numbers are not given again. */
  clear(): void
}

/** Creates an empty log. */
export function createWireLog(): WireLog {
  const watchers = new Set<(line: WireLine) => void>()
  let kept: readonly WireLine[] = []
  let count = 0
  return {
    add(line) {
      count += 1
      const numbered = { ...line, id: count }
      kept = [...kept.slice(1 - MAX_KEPT), numbered]
      for (const watcher of watchers) watcher(numbered)
    },
    list: (after = 0) => kept.filter(({ id }) => id > after),
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    clear() {
      kept = []
    },
  }
}
