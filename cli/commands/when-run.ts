/** What a command does is loaded when it runs: help, completion and the check of a command line need none of it. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'

export type Action = (world: World, command: Command) => Promise<void>

export function whenRun(world: World, load: () => Promise<Action>) {
  return async function act(this: Command): Promise<void> {
    const action = await load()
    await action(world, this)
  }
}
