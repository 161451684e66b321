/** One payment in the logs of all functions: the lines that name it, and those of the calls and runs that they were part of. */
import * as v from 'valibot'
import { parseFactKey } from '#shared/facts/fact-key.ts'
import { decodeJson } from '#shared/json.ts'

/** A line of ours; those of metrics and of Lambda itself have no code. */
const Line = v.looseObject({
  time: v.string(),
  level: v.string(),
  code: v.string(),
  function_name: v.optional(v.string(), ''),
})

export type LogEntry = v.InferOutput<typeof Line>

export interface LogSource {
  /** All lines that hold one of the texts, wherever in them, in any order. */
  holding(texts: readonly string[]): Promise<readonly string[]>
  close(): void
}

const NUMBERS = ['out_trade_no', 'out_refund_no', 'notification_id'] as const
const THREADS = ['trace_id', 'correlation_id'] as const
const IDS = [...NUMBERS, ...THREADS, 'request_id', 'x_request_id', 'wechat_request_id', 'aws_request_id']

/** @param ids numbers of one order, or an id that stands in a line. @returns in the order of time. */
export async function threadOf(
  source: Pick<LogSource, 'holding'>,
  ids: readonly string[],
): Promise<readonly LogEntry[]> {
  const naming = entriesIn(await source.holding(ids)).filter((entry) => isNamed(entry, ids))
  const threads = [...new Set(naming.flatMap((entry) => valuesOf(entry, THREADS)))]
  if (threads.length === 0) return inOrder(naming)
  const around = entriesIn(await source.holding(threads)).filter(
    (entry) => valuesOf(entry, THREADS).some((id) => threads.includes(id)) && isAboutNobody(entry),
  )
  return inOrder([...naming, ...around])
}

function entriesIn(lines: readonly string[]): readonly LogEntry[] {
  return lines.flatMap((line) => {
    const parsed = v.safeParse(Line, decodeJson(Buffer.from(line))?.json)
    return parsed.success ? [parsed.output] : []
  })
}

function isNamed(entry: LogEntry, ids: readonly string[]): boolean {
  const numbers = factNumber(entry)
  return ids.some(
    (id) => valuesOf(entry, IDS).includes(id) || numbers.includes(id) || entry['fact_key'] === id,
  )
}

/** One run of the sweep is about many orders: lines that name another one are none of this thread. */
function isAboutNobody(entry: LogEntry): boolean {
  return valuesOf(entry, NUMBERS).length === 0 && entry['fact_key'] === undefined
}

function factNumber({ fact_key: key }: LogEntry): readonly string[] {
  const parsed = typeof key === 'string' ? parseFactKey(key) : undefined
  return parsed?.ok === true ? [parsed.key.number] : []
}

function valuesOf(entry: LogEntry, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = entry[name]
    return typeof value === 'string' ? [value] : []
  })
}

function inOrder(entries: readonly LogEntry[]): readonly LogEntry[] {
  const distinct = new Map(entries.map((entry) => [JSON.stringify(entry), entry]))
  return [...distinct.values()].toSorted((a, b) => a.time.localeCompare(b.time))
}
