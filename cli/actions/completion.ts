/** `wxpay completion` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { SCRIPTS } from '#cli/completion/scripts.ts'
import { placesOf } from '#cli/completion/words.ts'
import { SHELLS } from '#cli/terminal/choices.ts'
import type { World } from '#cli/terminal/world.ts'

/** It is a program for a shell, with `--json` as well. */
export async function printCompletion({ terminal }: World, command: Command): Promise<void> {
  const shell = v.parse(v.picklist(SHELLS), command.args[0])
  terminal.out(SCRIPTS[shell](placesOf(rootOf(command))))
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}
