/** Amounts and times as people read them. */

/** Fen as yuan with two places: `¥1,234.50`. */
export function yuan(fen: number): string {
  const [whole = '', places = ''] = (Math.abs(fen) / 100).toFixed(2).split('.')
  return `${fen < 0 ? '−' : ''}¥${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${places}`
}

/** The rest of a time, when its day is told elsewhere. */
export function clockTime(at: string | number): string {
  return pattern({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at))
}

/** The minute of a time. */
export function minuteTime(at: string): string {
  return pattern({ hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}

/** A day and a time in the time zone of whoever looks: `2026-11-26 12:34:56`, which sorts and needs no translation. */
export function dayAndTime(at: string | number): string {
  return `${day(at)} ${clockTime(at)}`
}

export function day(at: string | number): string {
  return pattern({ year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))
}

/** Swedish writes dates as ISO 8601 does. */
const pattern = (parts: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('sv-SE', { ...parts, hour12: false })

/** How a language writes the units of time after a figure. */
export type Units = Readonly<Record<'ms' | 's' | 'min' | 'h' | 'd', string>>

/** Seconds as the two largest units of them: `1 h 20 min`. */
export function duration(seconds: number, units: Units): string {
  if (seconds < 1) return figure(Math.round(seconds * 1000), units.ms)
  if (seconds < 60) return figure(Math.round(seconds * 10) / 10, units.s)
  const sizes = [
    [86_400, units.d],
    [3600, units.h],
    [60, units.min],
    [1, units.s],
  ] as const
  const first = sizes.findIndex(([size]) => seconds >= size)
  let rest = Math.round(seconds)
  const told = sizes.slice(first, first + 2).map(([size, name]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : figure(count, name)
  })
  return told.filter((part) => part !== '').join(' ')
}

/** With a space that no line ends at. */
const figure = (count: number, unit: string) => `${count}\u{a0}${unit}`
