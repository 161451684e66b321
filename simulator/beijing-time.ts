/** RFC 3339 as WeChat writes it: Beijing time, seconds, `+08:00`. */
const OFFSET_MS = 8 * 3_600_000

/** Formats epoch milliseconds, e.g. `2026-01-02T03:04:05+08:00`. */
export function beijingTime(epochMs: number): string {
  return `${new Date(epochMs + OFFSET_MS).toISOString().slice(0, 19)}+08:00`
}

/** The same with milliseconds, e.g. `2026-01-02T03:04:05.678+08:00`, as combined payments have it. */
export function beijingTimeMs(epochMs: number): string {
  return `${new Date(epochMs + OFFSET_MS).toISOString().slice(0, 23)}+08:00`
}
