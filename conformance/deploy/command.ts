/** Command lines as a person runs them, against the emulator. */
import { spawn } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { CREDENTIALS } from '../engines/ministack.ts'

const ROOT = resolve(import.meta.dirname, '../..')
export const STACK = 'wxpay-dev'
export const REGION = 'us-east-1'

export interface Command {
  readonly endpoint: string
  /** Of the authority that vouches for the simulator. */
  readonly caFile: string
}

/** The CDK command line of this project. */
export async function cdk(command: Command, args: readonly string[]): Promise<string> {
  return node(command, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args])
}

/** `wxpay` of this checkout, on the deployed stack. */
export async function wxpay(command: Command, args: readonly string[]): Promise<string> {
  const names = new URL('localhost-names.mjs', import.meta.url).href
  const globals = ['--stack', STACK, '--region', REGION, '--yes']
  return node(command, ['--import', names, 'cli/wxpay.ts', ...globals, ...args])
}

/** A command line that did not end well. */
export class CommandFailed extends Error {
  readonly stdout: string

  constructor(message: string, stdout: string) {
    super(message)
    this.stdout = stdout
  }
}

/** @returns what it printed. @throws CommandFailed with the last of it, when its exit code is not 0. */
async function node({ endpoint, caFile }: Command, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    ...CREDENTIALS,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    NODE_EXTRA_CA_CERTS: caFile,
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    CI: 'true',
    NO_COLOR: '1',
  }
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise<number | null>((done) => child.once('close', done))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  if (code === 0) return stdout
  const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join(' | ')
  throw new CommandFailed(`${args.slice(0, 8).join(' ')} ended with ${code}: ${last}`, stdout)
}
