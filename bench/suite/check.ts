/** `--check`: sections are held against their targets, and what is missed is measured once more before it counts. */
import type { Measured } from './bench.ts'
import { meets } from './figure.ts'
import type { Figure, Section } from './figure.ts'
import { lineOf } from './page.ts'

/** What came of a section. */
export interface Checked {
  readonly name: string
  readonly targets: number
  /** Missed when measured first, and met when measured again. */
  readonly metAgain: readonly string[]
  /** Missed both times, as measured again. */
  readonly missed: readonly Figure[]
}

/**
 * Measures a section, and all of it a second time where it misses a target: what else the machine does may hide a figure,
 * but hardly the same one twice. What was met at first is not judged again.
 */
export async function check(
  { name }: Pick<Measured, 'name'>,
  measure: () => Promise<Section>,
  say: (line: string) => void,
): Promise<Checked> {
  const { figures } = await measure()
  const targets = figures.filter(({ target }) => target !== undefined).length
  const doubtful = figures.filter((figure) => !meets(figure))
  if (doubtful.length === 0) return { name, targets, metAgain: [], missed: [] }
  say(`${name} misses ${doubtful.length} of its targets, and is measured once more`)
  const second = await measure()
  const again = doubtful.map((figure) => second.figures.find((one) => one.name === figure.name) ?? figure)
  return {
    name,
    targets,
    metAgain: again.filter(meets).map((figure) => figure.name),
    missed: again.filter((figure) => !meets(figure)),
  }
}

/** One line for each section, and what to do about those that miss something. */
export function verdictOf(checked: readonly Checked[]): readonly string[] {
  const bad = checked.filter(({ missed }) => missed.length > 0)
  return [...checked.map(summaryOf), ...bad.flatMap(detailsOf), ...whatToDo(bad)]
}

function summaryOf({ name, targets, metAgain, missed }: Checked): string {
  const met = `${name.padEnd(14)} ${targets - missed.length} of ${targets} targets met`
  return metAgain.length === 0 ? met : `${met}, only when measured again: ${metAgain.join('; ')}`
}

function detailsOf({ name, missed }: Checked): readonly string[] {
  return ['', `${name}, measured again:`, ...missed.map(lineOf)]
}

function whatToDo(bad: readonly Checked[]): readonly string[] {
  if (bad.length === 0) return []
  const only = bad.map(({ name }) => `--only ${name}`).join(' ')
  return [
    '',
    'Missed twice. Measure it on a machine that does nothing else:',
    `  npm run bench -- --check ${only}`,
    'If it is missed there as well, run it on the commit before: what it has more is what your change costs. docs/performance.md says where the time goes.',
  ]
}
