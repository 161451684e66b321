/** Drives the orders that are due, side by side, until nothing is left, the time is over or WeChat is not to be had. */
import { AppError } from '#shared/errors.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { LogFields } from '#shared/log.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { channelFor, forEachChannel } from '#shared/orders/channels.ts'
import type { Channels } from '#shared/orders/channels.ts'
import { parseOrderKey } from '#shared/orders/order-key.ts'
import type { DueOrder } from '#shared/orders/order-store.ts'
import { createBacklog } from './backlog.ts'
import type { Backlog } from './backlog.ts'
import { CircuitOpen, createCircuit, withCircuit } from './circuit.ts'
import type { Circuit } from './circuit.ts'
import type { DriveDeps, DrivenChannel } from './drive-deps.ts'
import { driveOrder } from './drive-order.ts'
import { createShares } from './shares.ts'

/** Enough to keep WeChat busy while others of them write to the tables. */
const WORKERS = 16

interface DriveOrdersDeps extends Omit<DriveDeps, 'channel'> {
  readonly channels: Channels<DrivenChannel>
}

export interface OrdersReport {
  readonly done: number
  readonly failed: number
  readonly unreadable: number
  readonly circuitOpen: boolean
  /** Whether nothing was due. */
  readonly idle: boolean
  /** What kept shards of the index from being read. */
  readonly errors: readonly unknown[]
}

/** A channel, and whether it is to be had in this run. */
interface Line {
  readonly channel: DrivenChannel
  readonly circuit: Circuit
}

function lineTo(channel: DrivenChannel): Line {
  const circuit = createCircuit()
  return { circuit, channel: withCircuit(channel, circuit) }
}

/** What became of a due order in this run; what was left is nobody's fault, and stays due. */
type Outcome = 'done' | 'failed' | 'unreadable' | 'left'

export async function driveOrders(
  deps: DriveOrdersDeps,
  signal: AbortSignal | undefined,
): Promise<OrdersReport> {
  const lines = forEachChannel(deps.channels, lineTo)
  const isOver = () => signal?.aborted === true || Object.values(lines).every(({ circuit }) => circuit.open)
  const backlogs = {
    refund_unknown: createBacklog(deps, 'refund_unknown'),
    unpaid_young: createBacklog(deps, 'unpaid_young'),
    refund_open: createBacklog(deps, 'refund_open'),
    late: createBacklog(deps, 'late'),
  }
  const next = createShares(backlogs)
  const counts: Record<Outcome, number> = { done: 0, failed: 0, unreadable: 0, left: 0 }
  const work = async () => {
    for (;;) {
      const due = isOver() ? undefined : await next()
      if (due === undefined) return
      counts[await drive(deps, lines, due, signal)] += 1
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  const all: readonly Backlog[] = Object.values(backlogs)
  return {
    ...counts,
    circuitOpen: Object.values(lines).some(({ circuit }) => circuit.open),
    idle: all.every(({ given }) => given === 0),
    errors: all.flatMap(({ errors }) => errors),
  }
}

async function drive(
  deps: DriveOrdersDeps,
  lines: Channels<Line>,
  due: DueOrder,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { mchid = '', outTradeNo: out_trade_no = due.orderKey } = parseOrderKey(due.orderKey) ?? {}
  const number = { out_trade_no }
  try {
    const { channel, circuit } = channelFor(lines, mchid)
    // Those of another channel go on.
    if (circuit.open) return 'left'
    const driven = await driveOrder({ ...deps, channel }, due, { signal })
    if (driven.outcome !== 'unreadable') return driven.outcome === 'looked_at' ? 'done' : 'left'
    deps.logger.error('ORDER_UNREADABLE', { ...number, ...unreadableFields(driven.error) })
    return 'unreadable'
  } catch (error) {
    const fields = { ...number, ...failureFields(error instanceof ChannelError ? appErrorOf(error) : error) }
    if (error instanceof CircuitOpen || signal?.aborted === true) {
      deps.logger.warn('ORDER_LEFT_FOR_LATER', fields)
      return 'left'
    }
    deps.logger.error('ORDER_NOT_DRIVEN', fields)
    return 'failed'
  }
}

/** What is wrong with an item is said in our own words, which name attributes and hold no values. */
function unreadableFields(error: unknown): LogFields {
  return { ...failureFields(error), ...(error instanceof AppError ? { reason: error.message } : {}) }
}
