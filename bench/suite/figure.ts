/** What a bench measures: figures with their spread, and what they should be. */

/** Of several rounds; what is compared is the median. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface Target {
  readonly is: 'at least' | 'at most'
  readonly value: number
}

export interface Figure extends Spread {
  readonly name: string
  /** As it stands behind a number; ratios have none. */
  readonly unit?: string
  readonly target?: Target
}

/** What a bench writes into docs/performance.md. */
export interface Section {
  readonly title: string
  /** What is measured and how: paragraphs before the table. */
  readonly about: readonly string[]
  readonly figures: readonly Figure[]
  /** What limits it, what is left, what was tried and not taken: paragraphs after the table. */
  readonly notes: readonly string[]
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const [min, max] = [sorted.at(0), sorted.at(-1)]
  const [lower, upper] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ]
  if (min === undefined || max === undefined || lower === undefined || upper === undefined)
    throw new Error('a spread needs at least one value')
  return { min, median: (lower + upper) / 2, max }
}

/** Whether the median is as the target says; a figure without a target always is. */
export function meets({ median, target }: Figure): boolean {
  if (target === undefined) return true
  return target.is === 'at least' ? median >= target.value : median <= target.value
}

export function printed(value: number): string {
  if (Math.abs(value) >= 1000) return value.toFixed(0)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 3)
}
