/** What the simulation prints. */
import type { Failure, Tally } from './exhaustive.ts'
import { placedText } from './faults.ts'
import type { MutantResult } from './mutant-run.ts'
import { INVARIANTS } from './violations.ts'

/** The command that plays a failure again, step by step. */
function replayCommand(failure: Failure): string {
  return `npm run simulate -- --scenario ${scheduleText(failure)}`
}

function scheduleText({ scenario, how }: Failure): string {
  const which = 'seed' in how ? `--runs 1 --seed ${how.seed}` : `--faults ${placedText(how.faults) || 'none'}`
  return `${scenario} ${which}`
}

export function failureText(failure: Failure): string {
  const lines = failure.violations.map(
    ({ invariant, detail }) => `  ${invariant} (${INVARIANTS[invariant]}): ${detail}`,
  )
  return [`VIOLATION in ${failure.scenario}`, ...lines, `  replay: ${replayCommand(failure)}`].join('\n')
}

export function exhaustiveText(tally: Tally, seconds: number, scenarios: number): string {
  return (
    `exhaustive: ${scenarios} scenario${scenarios === 1 ? '' : 's'}, ${count(tally.singles)} single faults, ${count(tally.pairs)} pairs: ` +
    `${count(tally.schedules)} schedules, ${tally.failures.length} violations (${speed(tally, seconds)})`
  )
}

export function randomText(tally: Tally, seconds: number): string {
  return (
    `random: ${count(tally.random)} seeds, ${count(tally.faults)} faults in ${count(tally.steps)} steps, ` +
    `${tally.failures.length} violations (${speed(tally, seconds)})`
  )
}

export function progressText(what: string, tally: Tally, seconds: number): string {
  return `${what}: ${count(tally.schedules)} schedules, ${speed(tally, seconds)}, ${tally.failures.length} violations`
}

export function mutantText(results: readonly MutantResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length))
  const rows = results.map(({ name, schedules, caught }) => {
    const by = caught?.violations[0]?.invariant ?? 'SURVIVED'
    const where = caught === undefined ? '' : `: ${scheduleText(caught)}`
    return `  ${name.padEnd(width)}  ${by.padEnd(8)}  ${count(schedules).padStart(6)} schedules${where}`
  })
  const caught = results.filter((result) => result.caught !== undefined).length
  return [`mutants: ${caught} of ${results.length} caught`, ...rows].join('\n')
}

function speed({ schedules }: Tally, seconds: number): string {
  return `${seconds.toFixed(1)} s, ${count(Math.round(schedules / Math.max(seconds, 0.001)))} schedules/s`
}

function count(value: number): string {
  return value.toLocaleString('en')
}
