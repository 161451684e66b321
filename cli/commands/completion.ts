/** The command line of `wxpay completion`. */
import { Argument, type Command } from 'commander'
import { SHELLS } from '#cli/terminal/choices.ts'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addCompletionCommand(program: Command, world: World): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .description('print what a shell needs to complete the words of wxpay')
    .addHelpText(
      'after',
      `
  bash   source <(wxpay completion bash)     in ~/.bashrc; before bash 4: eval "$(wxpay completion bash)"
  zsh    source <(wxpay completion zsh)      in ~/.zshrc, after compinit
  fish   wxpay completion fish | source      in ~/.config/fish/config.fish

It completes commands, options, and values of which there are few. Nothing is started while you type.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/completion.ts')).printCompletion))
}
