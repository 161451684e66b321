/** What functions write to standard output, for tests that run them in their own process. */
import fs from 'node:fs'
import { vi } from 'vitest'

const STANDARD_OUTPUT = 1

/** @returns the lines from now on, which are not shown; `vi.restoreAllMocks()` ends it. */
export function capturedLines(): readonly string[] {
  const lines: string[] = []
  vi.spyOn(fs, 'writeSync').mockImplementation(writingLines((line) => lines.push(line)))
  return lines
}

/** As `writeSync`, but for lines of functions, which are taken instead. */
export function writingLines(take: (line: string) => void): typeof fs.writeSync {
  const write = fs.writeSync
  const writeOrTake = (...call: Parameters<typeof fs.writeSync>): number => {
    const [file, text] = call
    if (file !== STANDARD_OUTPUT || typeof text !== 'string') return write(...call)
    take(text.trimEnd())
    return Buffer.byteLength(text)
  }
  return writeOrTake as typeof fs.writeSync
}
