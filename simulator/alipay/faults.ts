/** Faults of Alipay on command: what can go wrong there or on the way, when it applies, and how often. */
import * as v from 'valibot'
import { ControlError } from '../control-error.ts'
import { checkedFault } from '../fault-input.ts'

const duration = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000))
const after_effect = v.optional(v.boolean(), false)

const CALL_FAULTS = [
  v.strictObject({
    kind: v.literal('error'),
    sub_code: v.pipe(v.string(), v.minLength(1)),
    code: v.optional(v.string(), '40004'),
    after_effect,
  }),
  v.strictObject({ kind: v.literal('system_error'), after_effect }),
  v.strictObject({ kind: v.literal('bad_gateway'), after_effect }),
  v.strictObject({ kind: v.literal('timeout'), after_effect, hang_ms: v.optional(duration, 60_000) }),
  v.strictObject({ kind: v.literal('reset'), after_effect }),
  v.strictObject({ kind: v.literal('slow'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('unsigned') }),
  v.strictObject({ kind: v.literal('bad_signature') }),
  // The money moved, and the answer does not say so.
  v.strictObject({ kind: v.literal('fund_change_unsaid') }),
  // Alipay adds states without notice.
  v.strictObject({
    kind: v.literal('strange_state'),
    state: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)), 'TRADE_REVERSED'),
  }),
] as const

const NOTIFICATION_FAULTS = [
  v.strictObject({
    kind: v.literal('duplicate'),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 2),
  }),
  v.strictObject({ kind: v.literal('delay'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('drop') }),
] as const

const ATTEMPT_FAULTS = [
  v.strictObject({ kind: v.literal('wrong_amount'), total_amount: v.optional(v.string(), '0.01') }),
  v.strictObject({ kind: v.literal('wrong_app_id') }),
  v.strictObject({ kind: v.literal('wrong_seller_id') }),
  v.strictObject({ kind: v.literal('tampered_body') }),
  v.strictObject({ kind: v.literal('foreign_key') }),
  v.strictObject({ kind: v.literal('kept_sign_type') }),
  v.strictObject({ kind: v.literal('unsigned_notification') }),
] as const

const BILL_FAULTS = [
  v.strictObject({ kind: v.literal('bill_late') }),
  v.strictObject({ kind: v.literal('bill_row_missing') }),
  v.strictObject({ kind: v.literal('bill_wrong_sum') }),
  v.strictObject({ kind: v.literal('bill_cut') }),
] as const

const FAULTS = {
  call: v.variant('kind', CALL_FAULTS),
  notification: v.variant('kind', NOTIFICATION_FAULTS),
  attempt: v.variant('kind', ATTEMPT_FAULTS),
  bill: v.variant('kind', BILL_FAULTS),
} as const
const SCOPES = ['call', 'notification', 'attempt', 'bill'] as const satisfies (keyof typeof FAULTS)[]
type Scope = keyof typeof FAULTS

type AlipayEffects = { readonly [S in Scope]: v.InferOutput<(typeof FAULTS)[S]> }
export type CallFault = AlipayEffects['call']
export type NotificationFault = AlipayEffects['notification']
export type AttemptFault = AlipayEffects['attempt']
export type BillFault = AlipayEffects['bill']

/** What a fault applies to; a field that is absent matches everything. */
const matchSchema = v.strictObject({
  /** As in `alipay.trade.query`. */
  method: v.optional(v.string()),
  out_trade_no: v.optional(v.string()),
  out_request_no: v.optional(v.string()),
  bill_date: v.optional(v.string()),
})
export type AlipayMatch = v.InferOutput<typeof matchSchema>

const ruleSchema = v.looseObject({
  kind: v.string(),
  match: v.optional(matchSchema, {}),
  /** How often it applies; null: until cleared. */
  count: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), 1),
})

export type AlipayFaultInput = v.InferInput<(typeof FAULTS)[Scope]> & {
  readonly match?: AlipayMatch
  readonly count?: number | null
}

export interface AlipayFaultEntry {
  readonly id: string
  readonly fault: AlipayEffects[Scope]
  readonly match: AlipayMatch
  readonly remaining: number | null
}

export interface AlipayFaults {
  /** Adds a fault from JSON. @throws ControlError naming what is wrong with it. */
  add(input: unknown): AlipayFaultEntry
  /** What applies to `target` now, oldest first, one use each. */
  ofCall(target: AlipayMatch): readonly CallFault[]
  ofNotification(target: AlipayMatch): readonly NotificationFault[]
  ofAttempt(target: AlipayMatch): readonly AttemptFault[]
  ofBill(target: AlipayMatch): readonly BillFault[]
  list(): readonly AlipayFaultEntry[]
  /** Removes one, or all of them. @returns how many. */
  clear(id?: string): number
}

interface Stored extends Omit<AlipayFaultEntry, 'remaining'> {
  remaining: number | null
}

export function createAlipayFaults(): AlipayFaults {
  let stored: Stored[] = []
  let count = 0

  const applies = ({ match, remaining }: Stored, target: AlipayMatch) =>
    remaining !== 0 &&
    (match.method ?? target.method) === target.method &&
    (match.out_trade_no ?? target.out_trade_no) === target.out_trade_no &&
    (match.out_request_no ?? target.out_request_no) === target.out_request_no &&
    (match.bill_date ?? target.bill_date) === target.bill_date

  function take<S extends v.GenericSchema>(schema: S, target: AlipayMatch): readonly v.InferOutput<S>[] {
    const taken: v.InferOutput<S>[] = []
    for (const entry of stored.filter((each) => applies(each, target))) {
      const fault = v.safeParse(schema, entry.fault)
      if (!fault.success) continue
      taken.push(fault.output)
      if (entry.remaining !== null) entry.remaining -= 1
    }
    return taken
  }

  return {
    add(input) {
      const { match, count: remaining, ...fault } = checkedFault(ruleSchema, input)
      const scope = SCOPES.find((each) => kindsOf(each).includes(fault.kind))
      if (scope === undefined) {
        const known = SCOPES.flatMap(kindsOf).join(', ')
        throw new ControlError(400, 'bad_fault', `no fault "${fault.kind}"; known: ${known}`)
      }
      count += 1
      const entry = {
        id: `alipay-fault-${count}`,
        fault: checkedFault(FAULTS[scope], fault),
        match,
        remaining,
      }
      stored.push(entry)
      return { ...entry }
    },
    ofCall: (target) => take(FAULTS.call, target),
    ofNotification: (target) => take(FAULTS.notification, target),
    ofAttempt: (target) => take(FAULTS.attempt, target),
    ofBill: (target) => take(FAULTS.bill, target),
    list: () => stored.filter(({ remaining }) => remaining !== 0).map((entry) => ({ ...entry })),
    clear(id) {
      const before = stored.length
      stored = id === undefined ? [] : stored.filter((entry) => entry.id !== id)
      return before - stored.length
    },
  }
}

/** Checks the faults of one delivery that are given outright instead of being stored. @throws ControlError */
export function parseAttemptFaults(input: unknown): readonly AttemptFault[] {
  return checkedFault(v.optional(v.array(FAULTS.attempt), []), input)
}

function kindsOf(scope: Scope): readonly string[] {
  return FAULTS[scope].options.map(({ entries }) => entries.kind.literal)
}
