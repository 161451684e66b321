/** The part of dynalite that is used; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    /** Directory of the store; in memory without it. */
    readonly path?: string
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
  }

  const dynalite: (options?: DynaliteOptions) => Server
  export = dynalite
}
