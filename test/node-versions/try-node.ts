/** What a version of Node.js can do with this project. */
import { execFile } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { ROOT } from './versions.ts'

/** Commands that every promised version has to carry out: the first says whether it is one. */
export const COMMANDS = {
  guard: ['local/require-node.cjs'],
  start: ['local/start.ts', '--help'],
  simulator: ['simulator/main.ts', '--help'],
  wxpay: ['cli/wxpay.cjs', '--help'],
} satisfies Record<string, readonly string[]>

export interface Tried {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of this project with a Node.js binary, which is also what `node` means to its children. */
export function tryNode(binary: string, command: readonly string[]): Promise<Tried> {
  const PATH = `${dirname(binary)}${delimiter}${process.env['PATH'] ?? ''}`
  return new Promise((resolve) => {
    execFile(
      binary,
      [...command],
      { cwd: ROOT, env: { ...process.env, PATH, NODE_OPTIONS: '' } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    )
  })
}

/** `24.21.0`; undefined when there is no such binary. */
export async function versionOf(binary: string): Promise<string | undefined> {
  const { code, stdout } = await tryNode(binary, ['--version'])
  return code === 0 ? stdout.trim().replace(/^v/, '') : undefined
}
