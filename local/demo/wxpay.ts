/** The command line as an operator calls it, in a process of its own. */
import { execFile } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Scene } from './scene.ts'

const SCRIPT = resolve(import.meta.dirname, '../../cli/wxpay.cjs')

/** @returns what it printed. @throws when its exit code is not 0 */
export async function wxpay({ stack }: Pick<Scene, 'stack'>, ...args: readonly string[]): Promise<string> {
  const options = ['--yes', '--state-dir', dirname(stack.stackFile)]
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args, ...options])
  return stdout
}
