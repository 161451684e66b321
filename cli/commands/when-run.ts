/** What a command does is loaded when it runs: help, completion and the check of a command line need none of it. */
import type { Command } from 'commander'
import { nameOf } from '#cli/terminal/command-name.ts'
import { beginWork } from '#cli/terminal/work.ts'
import type { World } from '#cli/terminal/world.ts'

export type Action = (world: World, command: Command) => Promise<void>

export function whenRun(world: World, load: () => Promise<Action>) {
  return async function act(this: Command): Promise<void> {
    const work = beginWork(world.terminal, nameOf(this), world.clock)
    try {
      const action = await load()
      await action({ ...world, terminal: work.terminal }, this)
    } finally {
      work.end()
    }
  }
}
