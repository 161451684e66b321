/** What the page shows and moves of a simulator, through its control API. */
import * as v from 'valibot'
import type { Listing } from '#console/contract.ts'
import type {
  FaultKind,
  FaultsOnShow,
  SimulatorClock,
  SimulatorOrder,
  SimulatorRefund,
} from '#console/contract-simulator.ts'
import type { ControlClient, OrderOnShow, RefundOnShow, SimulatorTime } from '#simulator/control-client.ts'
import type { FaultInput } from '#simulator/faults.ts'
import { KINDS, SCOPE_NAMES } from '#simulator/fault-kinds.ts'
import { given } from '#shared/given.ts'
import { invalid } from './console-error.ts'
import type { Routes } from './routes.ts'
import { wireRoutes } from './wire-routes.ts'

const DAY_MS = 86_400_000

const PayerSchema = v.strictObject({ out_trade_no: v.string() })
const FinishSchema = v.strictObject({
  out_refund_no: v.string(),
  status: v.picklist(['SUCCESS', 'CLOSED', 'ABNORMAL']),
})
const AdvanceSchema = v.strictObject({
  ms: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(DAY_MS)),
})

/** Fields that a fault has to be given, with values that do. */
const EXAMPLES: Readonly<Record<string, FaultKind['example']>> = {
  error: { code: 'SYSTEM_ERROR' },
  slow: { delay_ms: 3000 },
  delay: { delay_ms: 10_000 },
  refund_result: { status: 'ABNORMAL' },
}

const FAULT_KINDS: readonly FaultKind[] = SCOPE_NAMES.flatMap((scope) =>
  KINDS[scope].map(({ entries }) => {
    const kind = entries.kind.literal
    return { kind, scope, example: EXAMPLES[kind] ?? {} }
  }),
)

export interface SimulatorAccess {
  readonly control: ControlClient
  readonly controlUrl: string
}

export function simulatorRoutes({ control, controlUrl }: SimulatorAccess): Routes {
  const faults = async (): Promise<FaultsOnShow> => ({
    set: (await control.faults()).map(({ id, fault: { kind }, remaining }) => ({ id, kind, remaining })),
    kinds: FAULT_KINDS,
  })
  const found = async (outTradeNo: string): Promise<SimulatorOrder | undefined> =>
    (await ordersOf(control)).find(({ out_trade_no }) => out_trade_no === outTradeNo)
  return {
    'GET /simulator/orders': async (): Promise<Listing<SimulatorOrder>> => ({
      entries: await ordersOf(control),
    }),
    async 'POST /simulator/pay'({ body }) {
      const which = parsed(PayerSchema, body)
      await control.pay(which)
      return found(which.out_trade_no)
    },
    async 'POST /simulator/give-up'({ body }) {
      const which = parsed(PayerSchema, body)
      await control.giveUp(which)
      return found(which.out_trade_no)
    },
    async 'POST /simulator/refunds/finish'({ body }) {
      const { out_refund_no, status } = parsed(FinishSchema, body)
      return refundOnShow(await control.finishRefund(out_refund_no, status))
    },
    'GET /simulator/faults': faults,
    async 'POST /simulator/faults'({ body }) {
      if (isFault(body)) await control.addFault(body)
      else throw invalid('kind', 'must be a kind of fault', '')
      return faults()
    },
    async 'DELETE /simulator/faults'() {
      await control.clearFaults()
      return faults()
    },
    async 'DELETE /simulator/faults/:id'({ part }) {
      await control.clearFaults(encodeURIComponent(part('id')))
      return faults()
    },
    'GET /simulator/clock': async () => clockOf(await control.time()),
    'POST /simulator/clock/advance': async ({ body }) =>
      clockOf(await control.advance(parsed(AdvanceSchema, body).ms)),
    ...wireRoutes(controlUrl),
  }
}

/** What the simulator makes of the rest of its fields it says itself. */
function isFault(body: unknown): body is FaultInput {
  return (
    typeof body === 'object' &&
    body !== null &&
    'kind' in body &&
    FAULT_KINDS.some(({ kind }) => kind === body.kind)
  )
}

async function ordersOf(control: ControlClient): Promise<readonly SimulatorOrder[]> {
  const [orders, refunds] = await Promise.all([control.orders(), control.refunds()])
  const byOrder = Map.groupBy(refunds, ({ out_trade_no }) => out_trade_no)
  return orders.map((order) => orderOnShow(order, byOrder.get(order.out_trade_no) ?? [])).toReversed()
}

function orderOnShow(order: OrderOnShow, refunds: readonly RefundOnShow[]): SimulatorOrder {
  const { out_trade_no, description, amount, trade_state, channel } = order
  const { transaction_id, code_url, payer_url } = order
  return {
    out_trade_no,
    description,
    amount: { total: amount.total, currency: amount.currency, ...given({ payer_total: amount.payer_total }) },
    trade_state,
    channel,
    ...given({ transaction_id, code_url, payer_url }),
    refunds: refunds.map(refundOnShow),
  }
}

function refundOnShow({ out_refund_no, refund_id, status, amount }: RefundOnShow): SimulatorRefund {
  return { out_refund_no, refund_id, status, amount: { total: amount.total, refund: amount.refund } }
}

function clockOf({ now, wall, time_scale }: SimulatorTime): SimulatorClock {
  return { now: new Date(now).toISOString(), wall: new Date(wall).toISOString(), time_scale }
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body)
  if (result.success) return result.output
  const [issue] = result.issues
  throw invalid(v.getDotPath(issue) ?? '(body)', issue.message, '')
}
