/** Keeps the state in a file: read at the start, written after what changes it, whole or not at all. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { parseState } from './state.ts'
import type { SimulatorState } from './state.ts'
import { UsageError } from './usage-error.ts'

/** Reads a file; undefined when there is none yet. @throws UsageError when it cannot be used. */
export async function readStateFile(file: string): Promise<SimulatorState | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new UsageError(`--state ${file}: the file cannot be read`, { cause: error })
  }
  try {
    return parseState(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`--state ${file}: it ${error.message}`, { cause: error })
  }
}

export interface StateKeeper {
  /** Tells that something changed; while one write is under way, all changes wait for one more. */
  changed(): void
  /** Writes what has changed, and resolves when it is on the disk. */
  flush(): Promise<void>
}

/** Creates the keeper of a file. @param fail told when a write fails. */
export function createStateKeeper(
  file: string,
  state: () => SimulatorState,
  fail: (error: unknown) => void,
): StateKeeper {
  let dirty = false
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (dirty) {
      dirty = false
      const next = `${file}.new`
      // It holds private keys.
      await writeFile(next, JSON.stringify(state()), { mode: 0o600 })
      await rename(next, file)
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll()
      .catch(fail)
      .finally(() => {
        writing = undefined
      })
    return writing
  }

  return {
    changed() {
      dirty = true
      void write()
    },
    async flush() {
      dirty = true
      await write()
    },
  }
}
