/** What a shell of Linux takes and one of macOS or BSD does not, in the commands that the documentation has people type. */
import { codesOf, readPage } from './markdown.ts'

interface Rule {
  readonly found: RegExp
  /** What to write instead. */
  readonly instead: string
}

export const RULES: readonly Rule[] = [
  { found: /\bdate\b[^|;)]* (?:-d|--date)\b/, instead: 'count with $(( $(date +%s) - seconds ))' },
  { found: /\bdate\b[^|;)]*%N/, instead: 'whole seconds' },
  { found: /\$\{\w+(?:,,?|\^\^?)/, instead: 'tr A-Z a-z: bash 3 and zsh have no ${name,,}' },
  { found: /\b(?:mapfile|readarray|declare -A)\b/, instead: 'a loop: bash 3 has none' },
  { found: /\|&|&>>/, instead: '2>&1' },
  { found: /\bsed\b[^|;]* -i(?: |$)/, instead: 'write to another file: sed -i needs a suffix elsewhere' },
  { found: /\bsed\b[^|;]* (?:-r|--regexp-extended)\b/, instead: 'sed -E' },
  { found: /\bgrep\b[^|;]* -\w*P/, instead: 'grep -E' },
  { found: /\breadlink\b[^|;)]* -f\b/, instead: 'cd there and pwd' },
  { found: /\bbase64\b[^|;)]* (?:-w|--wrap)/, instead: "tr -d '\\n'" },
  { found: /\bxargs\b[^|;]* (?:-r|--no-run-if-empty|-d)\b/, instead: 'a loop' },
  { found: /\bstat\b[^|;)]* (?:-c|--format)\b/, instead: 'wc -c or ls -l' },
  { found: /\b(?:head|tail)\b[^|;)]* -n ?-\d/, instead: 'sed with a count' },
  { found: /\bsort\b[^|;)]* -\w*V/, instead: 'sort -n by fields' },
  { found: /(?:^|[|;&(] *)(?:timeout|tac|nproc|numfmt|shuf) /, instead: 'a tool that all systems have' },
  { found: /\bcp\b[^|;)]* (?:-al|-l|--link)\b/, instead: 'cp -R' },
  { found: /\bmktemp\b[^|;)]* --/, instead: 'mktemp without long options' },
]

/** @returns a sentence for each command that not every shell takes */
export function unportableIn(markdown: string): readonly string[] {
  return shellOf(markdown).flatMap((line) =>
    RULES.filter(({ found }) => found.test(line)).map(({ instead }) => `${line}: ${instead}`),
  )
}

/** The lines of shell blocks, and what stands between backticks. */
function shellOf(markdown: string): readonly string[] {
  const { fences, prose } = readPage(markdown)
  const typed = fences.filter(({ language }) => ['sh', 'bash', 'shell'].includes(language))
  return [...typed.flatMap(({ lines }) => lines), ...codesOf(prose.join('\n'))]
}
