/** Every line that functions write, kept for tests and written to one file per function. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LocalError } from '#local/local-error.ts'
import type { InvocationReport } from './execution-environment.ts'

export interface LogLine {
  readonly functionName: string
  readonly line: string
  /** When it was written, epoch ms. */
  readonly atMs: number
}

export interface FunctionLogs {
  append(functionName: string, line: string): void
  /** Notes an invocation; whether its function has a line about it, the template says. */
  report(functionName: string, report: InvocationReport): void
  /** Every invocation of a function that has ended, the oldest first. */
  reports(functionName: string): readonly InvocationReport[]
  /** The lines so far, oldest first; of one function when named. */
  lines(functionName?: string): readonly string[]
  /** The same with their times. */
  entries(functionName?: string): readonly LogLine[]
  /**
   * Resolves with the first line, past or future, that satisfies the predicate.
   *
   * @param timeoutMs 30 s by default. Rejects with LocalError after that.
   */
  waitFor(predicate: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>
  /** Closes the files. */
  close(): void
}

/** Lines kept in memory; older ones are only in the files. */
const MAX_KEPT_LINES = 20_000
/** So many go at once: what is left has to be moved. */
const LINES_TO_DROP = 1000
const DEFAULT_WAIT_MS = 30_000

/** Creates the logs. @param directory gets `<function>.log`; without it nothing is written to disk. */
export function createFunctionLogs(directory?: string): FunctionLogs {
  const kept: LogLine[] = []
  const files = new Map<string, number>()
  const reported = new Map<string, InvocationReport[]>()
  const watchers = new Set<(line: LogLine) => void>()
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 })

  function fileOf(functionName: string): number | undefined {
    if (directory === undefined) return undefined
    const existing = files.get(functionName)
    if (existing !== undefined) return existing
    const file = openSync(join(directory, `${functionName}.log`), 'a', 0o600)
    files.set(functionName, file)
    return file
  }

  const entries = (functionName?: string) =>
    kept.filter((entry) => functionName === undefined || entry.functionName === functionName)

  return {
    append(functionName, line) {
      const entry = { functionName, line, atMs: Date.now() }
      keep(kept, entry)
      const file = fileOf(functionName)
      // At once: handing a line over to be written takes longer than writing it.
      if (file !== undefined) writeSync(file, `${line}\n`)
      for (const watch of watchers) watch(entry)
    },
    report(functionName, report) {
      const before = reported.get(functionName) ?? []
      reported.set(functionName, before)
      keep(before, report)
    },
    reports: (functionName) => reported.get(functionName) ?? [],
    lines: (functionName) => entries(functionName).map(({ line }) => line),
    entries,
    waitFor(predicate, timeoutMs = DEFAULT_WAIT_MS) {
      const past = kept.find(predicate)
      if (past !== undefined) return Promise.resolve(past)
      return new Promise((resolve, reject) => {
        const watch = (entry: LogLine) => {
          if (!predicate(entry)) return
          finish()
          resolve(entry)
        }
        const timer = setTimeout(() => {
          finish()
          reject(new LocalError(`no function wrote the expected line within ${timeoutMs} ms`))
        }, timeoutMs)
        const finish = () => {
          clearTimeout(timer)
          watchers.delete(watch)
        }
        watchers.add(watch)
      })
    },
    close() {
      for (const file of files.values()) closeSync(file)
      files.clear()
    },
  }
}

function keep<Entry>(entries: Entry[], entry: Entry): void {
  if (entries.length >= MAX_KEPT_LINES) entries.splice(0, LINES_TO_DROP)
  entries.push(entry)
}
