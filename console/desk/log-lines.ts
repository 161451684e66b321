/** What the functions' logs say of notifications and of what was settled: the one place that knows of refused ones. */
import * as v from 'valibot'
import { logSourceOf } from '#cli/stack/log-sources.ts'
import { decodeJson } from '#shared/json.ts'
import type { Desk } from './desk.ts'

const text = v.optional(v.string())

/** Fields of the allow-list of `shared/log.ts`. */
const LineSchema = v.object({
  time: v.string(),
  code: v.string(),
  route: text,
  status: v.optional(v.number()),
  duration_ms: v.optional(v.number()),
  request_id: text,
  trace_id: text,
  notification_id: text,
  event_type: text,
  fact_key: text,
  out_trade_no: text,
  out_refund_no: text,
  outcome: text,
  reason: text,
  header: text,
  field: text,
  error_code: text,
})
export type LogLine = v.InferOutput<typeof LineSchema>

const NOTIFY_ROUTE = 'POST /wechatpay/notify/'
const SETTLED = 'FACT_SETTLED'
const SWEPT = 'SWEPT'

interface Wanted {
  readonly notified?: boolean
  readonly settled?: boolean
  readonly swept?: boolean
  /** Epoch ms. */
  readonly from: number
}

/** Oldest first. Of a deployed stack CloudWatch is asked, which takes some seconds. */
export async function linesOf(
  { world, stack }: Desk,
  { notified, settled, swept, from }: Wanted,
): Promise<readonly LogLine[]> {
  const source = logSourceOf(world, stack, { from, to: world.clock.now() })
  try {
    const texts = [
      ...(notified === true ? [NOTIFY_ROUTE] : []),
      ...(settled === true ? [SETTLED] : []),
      ...(swept === true ? [SWEPT] : []),
    ]
    const lines = (await source.holding(texts)).flatMap(parsed)
    return lines.toSorted((one, other) => (one.time < other.time ? -1 : 1))
  } finally {
    source.close()
  }
}

function parsed(line: string): readonly LogLine[] {
  const result = v.safeParse(LineSchema, decodeJson(Buffer.from(line))?.json)
  return result.success ? [result.output] : []
}

/** The line that ends a call of WeChat's: others of the call have no status. */
export function endsNotification({ route, status }: LogLine): boolean {
  return route?.startsWith(NOTIFY_ROUTE) === true && status !== undefined
}

export function tellsSettled({ code }: LogLine): boolean {
  return code === SETTLED
}

/** The line that ends a run of the sweep. */
export function tellsSwept({ code }: LogLine): boolean {
  return code === SWEPT
}
