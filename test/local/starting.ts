/** `npm start` as a process of its own, for the tests that call it as a user does. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StackDescription } from '#local/stack-description.ts'

const START = join(import.meta.dirname, '../../local/start.ts')
export const anyPorts = [
  'port',
  'simulator-port',
  'backup-port',
  'control-port',
  'console-port',
  'alipay-port',
].flatMap((name) => [`--${name}`, '0'])

export const hasCurl = spawnSync('curl', ['--version']).status === 0

export interface Run {
  /** Everything written so far. */
  output(): string
  /** Resolves when the text has been written. */
  until(text: string): Promise<void>
  readonly exit: Promise<number | null>
  interrupt(): void
}

export function start(...args: string[]): Run {
  // CloudFormation's own rules are asked by a test of their own; here they would take half of the time.
  const env = { ...process.env, CDK_VALIDATION: 'false' }
  const child = spawn(process.execPath, [START, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const written = new EventEmitter()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      written.emit('more')
    })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ended = exit.then((code) => {
    throw new Error(`npm start ended with ${code}: ${output}`)
  })
  ended.catch(() => {})
  return {
    output: () => output,
    async until(text) {
      while (!output.includes(text)) await Promise.race([once(written, 'more'), ended])
    },
    exit,
    interrupt: () => void child.kill('SIGINT'),
  }
}

/** Starts with free ports and its own directory, and waits until it is up. */
export async function up(stateDir: string, ...flags: string[]) {
  const run = start(...anyPorts, ...flags, '--state-dir', stateDir)
  await run.until('Ctrl-C stops everything.')
  const stackFile = join(stateDir, 'stack.json')
  return { run, stackFile, stack: JSON.parse(readFileSync(stackFile, 'utf8')) as StackDescription }
}

/** Runs the commands that it printed, one after the other. */
export async function tried(run: Run) {
  const commands = run
    .output()
    .split('\n')
    .filter((line) => line.startsWith('curl '))
  const answers: { readonly command: string; readonly status: number; readonly text: string }[] = []
  for (const command of commands) {
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} -w '\n%{http_code}'`])
    const lines = stdout.split('\n')
    answers.push({ command, status: Number(lines.at(-1)), text: lines.slice(0, -1).join('\n') })
  }
  return answers
}
