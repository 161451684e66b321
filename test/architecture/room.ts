/** What a line of the table of rooms says. */
import type { Teaching } from './teachings.ts'

export interface Room {
  readonly name: string
  /** What to say about an import that is not allowed. */
  readonly teaching: Teaching
  /** Other rooms that it may import (`*`: every room). Its own files, always. */
  readonly rooms: readonly string[]
  /** Packages and Node.js modules that it may import, with `*` for the rest of a name. */
  readonly packages: readonly string[]
  /** Whether a file, as a path from the root, stands in this room. The first room that says yes has it. */
  readonly holds: (path: string) => boolean
}

/** The files directly in a folder. */
export const folder = (name: string) => (path: string) =>
  path.startsWith(`${name}/`) && !path.slice(name.length + 1).includes('/')
/** The files at any depth below a folder. */
export const below = (name: string) => (path: string) => path.startsWith(`${name}/`)

export function room(
  name: string,
  teaching: Teaching,
  rooms: readonly string[],
  packages: readonly string[],
  holds: Room['holds'] = folder(name),
): Room {
  return { name, teaching, rooms, packages, holds }
}
