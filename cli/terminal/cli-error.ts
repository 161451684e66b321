/** Failures that a command explains by itself: what was wrong, what to do about it, and the exit code. */

/** The exit codes of every command; documented in `--help` and docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** The command ran and something is not as it should be. */
  failed: 1,
  /** The command line or an input is wrong. */
  usage: 2,
  /** Not confirmed: nothing was changed. */
  refused: 3,
  /** The stack, AWS or a local stack cannot be reached or does not exist. */
  unreachable: 4,
} as const

export type ExitName = keyof typeof EXIT

/** An explained failure. `message` says what is wrong, `remedy` what to do; neither ever holds a key, a password or a body. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitName
  readonly remedy: string

  constructor(exit: Exclude<ExitName, 'ok'>, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
    this.remedy = remedy
  }
}
