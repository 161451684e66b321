/** Where values stand in a chart. */

/** The first round number from a value up: 2, 5, 10, 20, 50 …, of which the half is one as well, or nearly. */
export function roundUp(value: number): number {
  if (value <= 2) return 2
  const size = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((step) => step * size).find((round) => round >= value) ?? value
}

export interface Place {
  readonly width: number
  readonly height: number
  /** What stands at the top. */
  readonly most: number
}

/** A line through the values, broken where there is none. */
export function linePath(values: readonly (number | null)[], { width, height, most }: Place): string {
  const step = width / Math.max(values.length - 1, 1)
  let isDrawing = false
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawing = false
        return ''
      }
      const point = `${round(at * step)} ${round(height - (value / most) * height)}`
      const drawn = isDrawing ? `L${point}` : `M${point}`
      isDrawing = true
      return drawn
    })
    .join('')
}

/** A dot for each value that stands alone, through which no line goes. */
export function dotPath(values: readonly (number | null)[], { width, height, most }: Place): string {
  const step = width / Math.max(values.length - 1, 1)
  const isAlone = (at: number) => (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null
  return values
    .map((value, at) =>
      value !== null && isAlone(at)
        ? `M${round(at * step)} ${round(height - (value / most) * height)}h0`
        : '',
    )
    .join('')
}

export interface Bar {
  readonly at: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A bar for each value above 0, with a gap between neighbours where there is room. */
export function bars(values: readonly (number | null)[], { width, height, most }: Place): readonly Bar[] {
  const step = width / Math.max(values.length, 1)
  const gap = step > 4 ? step / 5 : 0
  return values.flatMap((value, at) => {
    if (value === null || value <= 0) return []
    const tall = (value / most) * height
    const [x, y] = [round(at * step + gap / 2), round(height - tall)]
    return [{ at, x, y, width: round(step - gap), height: round(tall) }]
  })
}

const round = (value: number) => Math.round(value * 10) / 10
