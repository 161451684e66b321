/** Everything that commands take from outside, so that they run the same in a test as in a shell. */
import type { Clock } from '#shared/clock.ts'
import type { Pause } from '#shared/pause.ts'
import type { Terminal } from './terminal.ts'

export interface World {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly pause: Pause
  /** Aborted when the person at the terminal presses Ctrl-C; from the first call on, that no longer ends the process by itself. */
  readonly interrupted: () => AbortSignal
  /** Relative paths start here. */
  readonly directory: string
  /** Environment variables; commands read only those that their help names. */
  readonly environment: Readonly<Record<string, string | undefined>>
}
