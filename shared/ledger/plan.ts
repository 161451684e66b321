/** A plan of looks: points in time from a start on, ever farther apart. */
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface Plan {
  /** Offsets from the start, rising. */
  readonly points: readonly number[]
  /** Repeated after the last point; without it the plan ends there. */
  readonly tail?: number
}

/** Epoch ms of the first point after `now`; undefined when the plan is at its end. */
export function pointAfter(
  { points, tail }: Plan,
  { start, now }: { start: number; now: number },
): number | undefined {
  const planned = points.map((offset) => start + offset).find((time) => time > now)
  if (planned !== undefined || tail === undefined) return planned
  const end = start + (points.at(-1) ?? 0)
  return end + (Math.floor((now - end) / tail) + 1) * tail
}

export function every(step: number, { from, to }: { readonly from: number; readonly to: number }): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
