/** Asks before anything that changes money, messages or keys. */
import { CliError } from './cli-error.ts'
import type { World } from './world.ts'

/**
 * Returns when a person agreed, or `--yes` was given.
 *
 * @param effect what will happen, as in `release the hold of order A: refunds become possible`.
 * @throws CliError `refused`; without a person at the terminal and without `--yes` nothing is ever assumed.
 */
export async function confirm(
  { terminal }: World,
  effect: string,
  { yes }: { readonly yes: boolean },
): Promise<void> {
  if (yes) return
  if (!terminal.interactive) {
    throw new CliError(
      'refused',
      `this would ${effect}, and nobody is at the terminal to agree`,
      'look at it, then repeat the command with --yes',
    )
  }
  const answer = await terminal.ask(`This will ${effect}.\nGo on? Type yes: `)
  if (answer.trim().toLowerCase() !== 'yes') {
    throw new CliError('refused', 'not confirmed: nothing was changed', 'answer yes, or give --yes')
  }
}
