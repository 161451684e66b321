/** Options of commands: the ones that all have, and their checks. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { PROVIDERS } from '#shared/providers.ts'
import { CliError } from './cli-error.ts'

/** The options of the program itself, which every command understands. */
export const GlobalOptions = v.object({
  stack: v.string(),
  stateDir: v.string(),
  region: v.optional(v.string()),
  json: v.optional(v.boolean(), false),
  yes: v.optional(v.boolean(), false),
})

export type GlobalOptions = v.InferOutput<typeof GlobalOptions>

/** Reads the options of a command and of the program. @throws CliError `usage` naming the option. */
export function readOptions<Entries extends v.ObjectEntries>(command: Command, entries: Entries) {
  const parsed = v.safeParse(v.object({ ...GlobalOptions.entries, ...entries }), command.optsWithGlobals())
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const flag = (v.getDotPath(issue) ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new CliError('usage', `--${flag} ${issue.message}`, `see wxpay ${command.name()} --help`)
}

/** Whose order, refund or day is meant. */
export const ProviderOption = { provider: v.optional(v.picklist(PROVIDERS)) }

/** A whole number in a range, with a default. */
export function wholeNumber(from: number, to: number) {
  const rule = `must be a whole number from ${from} to ${to}`
  return v.pipe(
    v.string(rule),
    v.regex(/^\d{1,12}$/, rule),
    v.transform(Number),
    v.minValue(from, rule),
    v.maxValue(to, rule),
  )
}

/** Epoch ms, both ends included. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

/** `--from` and `--to`: without them, all there is until now. @throws CliError `usage` */
export function readWindow(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): TimeWindow {
  const window = {
    from: from === undefined ? 0 : readTime('--from', from, now),
    to: to === undefined ? now : readTime('--to', to, now),
  }
  if (window.from <= window.to) return window
  throw new CliError('usage', '--from is after --to', 'exchange them')
}

const AGO = /^(\d{1,6})([smhd])$/
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A point in time: RFC 3339, or an age as in `90m`, `2h` or `3d`. @returns epoch ms. @throws CliError `usage` */
export function readTime(option: string, text: string, now: number): number {
  const [, count, unit = ''] = AGO.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * (UNIT_MS[unit] ?? 0)
  const time = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new CliError(
    'usage',
    `${option} must be a time as in 2026-01-31T12:00:00+08:00 (a date alone is midnight UTC), or an age as in 90m, 2h or 3d`,
    'correct it and repeat the command',
  )
}
