/** What a command line of `wxpay` becomes in bash: its words, with quotes and variables gone. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const [WORD_ENDS, LINE_ENDS] = ['\u001f', '\u001e']

/**
 * Has bash read all lines at once, in which `wxpay` tells what it was given.
 *
 * @param variables all that bash gets.
 */
export async function wordsOf(
  lines: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<readonly (readonly string[])[]> {
  const script = `wxpay() { printf '%s\\037' "$@"; printf '\\036'; }\n${lines.join('\n')}`
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env: { ...variables } })
  const told = stdout.split(LINE_ENDS).slice(0, -1)
  return told.map((line) => line.split(WORD_ENDS).slice(0, -1))
}
