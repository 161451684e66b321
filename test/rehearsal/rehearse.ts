/**
 * `npm run rehearse`: the commands of the runbook that run on a stack of this machine, as they stand there, and what else an
 * operator asks of the local cloud, with the real aws command line.
 */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findAwsCommandLine } from './aws-command-line.ts'
import { CLOUD_COMMANDS } from './cloud-commands.ts'
import { commandsOf, filledIn, preludeOf, verdictOf } from './runbook.ts'
import { type RehearsedStack, startRehearsedStack } from './stack.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Ran {
  readonly code: number | null
  readonly printed: string
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/**
 * In one shell each, with the runbook's own helpers; `wxpay` is the one of this checkout. What is printed goes through a pipe,
 * as on a terminal `/dev/stdout` can be opened.
 */
async function bash(
  command: string,
  { prelude, variables }: Pick<RehearsedStack, 'variables'> & { readonly prelude: string },
): Promise<Ran> {
  const script = `${prelude}
wxpay() { "$NODE" cli/wxpay.ts --state-dir "$STATE_DIR" --yes "$@"; }
set -o pipefail
{ set +o pipefail
${command}
} 2>&1 | cat
`
  const child = spawn('bash', ['-c', script], {
    cwd: ROOT,
    env: { ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, printed: `${out}${err}` }
}

async function rehearse(stack: RehearsedStack, runbook: string): Promise<readonly string[]> {
  // The runbook names a deployed stack; this one is local.
  const prelude = preludeOf(runbook).replace(/^export AWS_REGION=.*$/m, 'export STACK=local')
  const failures: string[] = []
  const tell = (command: string, { code, printed }: Ran, good: boolean) => {
    say(`${good ? 'ok  ' : 'FAIL'}  ${command}`)
    if (good) return
    failures.push(command)
    say(`      ended with ${code}: ${printed.slice(0, 2000)}`)
  }
  for (const command of commandsOf(runbook)) {
    const verdict = verdictOf(command)
    if (verdict !== 'local' && verdict !== 'alipay') say(`-     ${command}\n      ${verdict}`)
    else {
      const ran = await bash(filledIn(command, await stack.subjects()), { ...stack, prelude })
      tell(command, ran, ran.code === 0)
    }
  }
  for (const { command, prints, code = 0 } of CLOUD_COMMANDS) {
    const ran = await bash(command, { ...stack, prelude })
    tell(command, ran, ran.code === code && prints.test(ran.printed))
  }
  return failures
}

const aws = await findAwsCommandLine(process.env)
if (typeof aws === 'string') {
  say(`skipped: ${aws}; install the aws command line, or name it in AWS_CLI`)
} else {
  const stack = await startRehearsedStack({ aws: aws.path, environment: process.env })
  say(`aws command line ${aws.version}, on a stack of this machine`)
  try {
    const failures = await rehearse(stack, await readFile(join(ROOT, 'docs/runbook.md'), 'utf8'))
    say(failures.length === 0 ? 'everything ran' : `${failures.length} commands failed`)
    process.exitCode = failures.length === 0 ? 0 : 1
  } finally {
    await stack.stop()
  }
}
