/** The directory of a running stack (`.local/`): who runs it, what clients need to know, and the functions' logs. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalError } from './local-error.ts'
import { isAlive } from './process-alive.ts'

export interface StateDirectory {
  readonly logs: string
  /** Path of `stack.json`. */
  readonly stackFile: string
  /** Writes `stack.json` in one step, readable by this user only: it holds the simulated merchant's keys. */
  writeStack(description: object): Promise<void>
  /** Removes `stack.json` and gives the directory up; logs stay for reading. */
  release(): Promise<void>
}

/**
 * Takes a directory for this process, and clears what a run that did not end properly left in it.
 *
 * @throws LocalError when another living process has it.
 */
export async function claimStateDirectory(
  path: string,
  notice: (line: string) => void,
): Promise<StateDirectory> {
  const pidFile = join(path, 'pid')
  const stackFile = join(path, 'stack.json')
  const logs = join(path, 'logs')
  await mkdir(path, { recursive: true, mode: 0o700 })

  const holder = await readPid(pidFile)
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new LocalError(
      `${path} belongs to a running stack (process ${holder}): stop it with Ctrl-C in its terminal or kill ${holder}`,
    )
  }
  if (holder !== undefined) notice(`${path} was left over from process ${holder}, which has ended: cleaned`)
  for (const left of [pidFile, stackFile, logs]) await rm(left, { recursive: true, force: true })
  await writeFile(pidFile, `${process.pid}\n`, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    throw new LocalError(`${path} was taken by another process at this moment: try again`, { cause })
  })

  return {
    logs,
    stackFile,
    async writeStack(description) {
      const draft = `${stackFile}.${process.pid}`
      await writeFile(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 })
      await rename(draft, stackFile)
    },
    async release() {
      await rm(stackFile, { force: true })
      await rm(pidFile, { force: true })
    },
  }
}

async function readPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number(text)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}
