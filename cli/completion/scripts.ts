/** The scripts that shells load: everything is in them, so that no program is started while somebody types. */
import type { SHELLS } from '#cli/terminal/choices.ts'
import type { OptionWord, Place, Word } from './words.ts'

export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (places: readonly Place[]) => string>> = {
  bash,
  zsh,
  fish,
}

function bash(places: readonly Place[]): string {
  return `# wxpay completion for bash
_wxpay() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    ${descent(places, '${COMP_WORDS[i]}')}
  done
  case "$at:\${COMP_WORDS[COMP_CWORD - 1]}" in
${valueCases(places, {
  words: (words) => `COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur"))`,
  files: 'COMPREPLY=($(compgen -f -- "$cur"))',
})}
  esac
  case "$at" in
${places.map(({ at, words, files, options }) => `    ${quoted(at)}) COMPREPLY=($(compgen${files ? ' -f' : ''} -W ${quoted([...words, ...options].map(({ word }) => word).join(' '))} -- "$cur")) ;;`).join('\n')}
  esac
}
complete -F _wxpay wxpay
`
}

function zsh(places: readonly Place[]): string {
  const item = ({ word, description }: Word) => quoted(`${word}:${description}`)
  return `#compdef wxpay
_wxpay() {
  local at= i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    ${descent(places, '${words[i]}')}
  done
  case "$at:\${words[CURRENT - 1]}" in
${valueCases(places, { words: (words) => `compadd -- ${words.map(quoted).join(' ')}`, files: '_files' })}
  esac
  case "$at" in
${places.map(({ at, words, files, options }) => `    ${quoted(at)}) ${files ? '_files; ' : ''}found=(${[...words, ...options].map(item).join(' ')}) ;;`).join('\n')}
  esac
  _describe -o word found
}
compdef _wxpay wxpay
`
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ at, words, files, options }) => {
    const begin = `complete -c wxpay -n ${quoted(`__wxpay_at ${quoted(at)}`)}`
    return [
      ...(files ? [`${begin} -F`] : []),
      ...words.map(({ word, description }) => `${begin} -a ${quoted(word)} -d ${quoted(description)}`),
      ...options.map((option) => `${begin} ${fishOption(option)}`),
    ]
  })
  return `# wxpay completion for fish
function __wxpay_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${steps(places).join(' ')}
        set at (string trim "$at $word")
    end
  end
  test "$at" = "$argv[1]"
end
complete -c wxpay -f
${lines.join('\n')}
`
}

function fishOption({ word, description, value }: OptionWord): string {
  const named = `-l ${word.slice(2)} -d ${quoted(description)}`
  if (value === undefined) return named
  if (value === 'file') return `${named} -r -F`
  return value === 'text' ? `${named} -x` : `${named} -x -a ${quoted(value.join(' '))}`
}

/** Of bash and zsh: goes one command down. */
function descent(places: readonly Place[], word: string): string {
  return `case "$at ${word}" in ${steps(places).join('|')}) at="\${at:+$at }${word}" ;; esac`
}

/** Every command with what stands before it, as the words come: ' order', 'order show'. */
function steps(places: readonly Place[]): readonly string[] {
  return places.filter(({ at }) => at !== '').map(({ at }) => quoted(at.includes(' ') ? at : ` ${at}`))
}

interface Offers {
  readonly words: (words: readonly string[]) => string
  readonly files: string
}

/** After an option that takes a value: what it may be, and nothing where nobody can guess. */
function valueCases(places: readonly Place[], { words, files }: Offers): string {
  const lines = places.flatMap(({ at, options }) =>
    options.flatMap(({ word, value }) => {
      if (value === undefined) return []
      const offer = value === 'file' ? files : value === 'text' ? ':' : words(value)
      return [`    ${quoted(`${at}:${word}`)}) ${offer}; return ;;`]
    }),
  )
  return lines.join('\n')
}

/** Single quotes hold in all three shells, but for how one stands inside of them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
