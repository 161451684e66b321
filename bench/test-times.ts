/** Which test files take longest, and which share of all that is. */
import { join, relative } from 'node:path'
import * as v from 'valibot'

const ROOT = join(import.meta.dirname, '..')
const SHOWN = 25

const ReportSchema = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      startTime: v.number(),
      endTime: v.number(),
      assertionResults: v.array(v.unknown()),
    }),
  ),
})

export interface FileTime {
  readonly file: string
  readonly seconds: number
  readonly tests: number
}

/** What Vitest's JSON reporter wrote, slowest first. */
export function timesOf(report: string): readonly FileTime[] {
  return v
    .parse(ReportSchema, JSON.parse(report))
    .testResults.map(({ name, startTime, endTime, assertionResults }) => ({
      file: relative(ROOT, name),
      seconds: (endTime - startTime) / 1000,
      tests: assertionResults.length,
    }))
    .sort((a, b) => b.seconds - a.seconds)
}

/** One line a file, and what the others add up to. Files run side by side: the sum is more than the run took. */
export function tableOf(times: readonly FileTime[], shown = SHOWN): string {
  const all = times.reduce((sum, { seconds }) => sum + seconds, 0)
  const line = ({ file, seconds, tests }: FileTime) =>
    [
      `${seconds.toFixed(1)} s`.padStart(9),
      `${((100 * seconds) / (all || 1)).toFixed(1)} %`.padStart(8),
      `${tests} tests`.padStart(11),
      `  ${file}`,
    ].join('')
  const others = times.slice(shown)
  const rest = {
    file: `in ${others.length} other files`,
    seconds: others.reduce((sum, { seconds }) => sum + seconds, 0),
    tests: others.reduce((sum, { tests }) => sum + tests, 0),
  }
  return [...times.slice(0, shown), ...(others.length > 0 ? [rest] : [])].map(line).join('\n')
}
