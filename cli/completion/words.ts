/** What may follow in each place of a command line, as the parser knows it. */
import type { Command, Option } from 'commander'

export interface Word {
  readonly word: string
  readonly description: string
}

export interface OptionWord extends Word {
  /** `file`, one of few words, or something that nobody can guess; undefined of an option that stands for itself. */
  readonly value?: 'file' | 'text' | readonly string[]
}

export interface Place {
  /** The commands before it: '' at first, as in `order release`. */
  readonly at: string
  /** Commands, or few words that an argument may be. */
  readonly words: readonly Word[]
  readonly files: boolean
  readonly options: readonly OptionWord[]
}

/** All places, the program first. */
export function placesOf(program: Command): readonly Place[] {
  const common = program.options.filter(({ long }) => long !== '--version').map(optionWord)
  const help: OptionWord = { word: '--help', description: 'show help' }
  const placesBelow = (command: Command, at: string): readonly Place[] => {
    const { commands, options, registeredArguments: args } = command
    const choices = args.flatMap(({ argChoices = [], description }) =>
      argChoices.map((word) => ({ word, description })),
    )
    const own = command === program ? [] : options.map(optionWord)
    const place = {
      at,
      words: [
        ...commands.map((each) => ({ word: each.name(), description: briefly(each.description()) })),
        ...choices,
      ],
      files: args.some((argument) => argument.name().startsWith('file')),
      options: [...own, ...common, help],
    }
    return [place, ...commands.flatMap((each) => placesBelow(each, `${at} ${each.name()}`.trim()))]
  }
  return placesBelow(program, '')
}

/** What stands beside a word while somebody types: the first clause. */
function briefly(text: string): string {
  return text.split(/[:;(]/)[0]?.trim() ?? ''
}

function optionWord({ long, flags, description, argChoices, required, optional }: Option): OptionWord {
  const named = { word: long ?? flags, description: briefly(description) }
  if (argChoices !== undefined) return { ...named, value: argChoices }
  if (!required && !optional) return named
  return { ...named, value: /<(?:file|path)/.test(flags) ? 'file' : 'text' }
}
