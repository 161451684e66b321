/** Faults on command: what can go wrong at WeChat or on the way, when it applies, and how often. */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { ENDPOINTS } from './endpoints.ts'

const duration = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000))
const afterEffect = v.optional(v.boolean(), false)

/** Faults of answers. Those with `after_effect` can fail after the request took effect; the rest say so in their name. */
const API_FAULTS = [
  v.strictObject({
    kind: v.literal('error'),
    code: v.pipe(v.string(), v.minLength(1)),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))),
    message: v.optional(v.string()),
    after_effect: afterEffect,
  }),
  v.strictObject({ kind: v.literal('system_error'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('frequency_limited'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('bad_gateway'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('service_unavailable'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('timeout_before'), hang_ms: v.optional(duration, 60_000) }),
  v.strictObject({ kind: v.literal('timeout_after'), hang_ms: v.optional(duration, 60_000) }),
  v.strictObject({ kind: v.literal('reset_before') }),
  v.strictObject({ kind: v.literal('reset_after') }),
  v.strictObject({ kind: v.literal('slow'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('unsigned') }),
  v.strictObject({ kind: v.literal('bad_signature') }),
  v.strictObject({ kind: v.literal('answer_probe') }),
  v.strictObject({ kind: v.literal('primary_down') }),
] as const

/** Faults of a notification as a whole: used up when the notification arises. */
const NOTIFICATION_FAULTS = [
  v.strictObject({
    kind: v.literal('duplicate'),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 2),
  }),
  v.strictObject({ kind: v.literal('delay'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('hold') }),
  v.strictObject({ kind: v.literal('drop') }),
] as const

/** Faults of one attempt to deliver: used up by each attempt, so that a retry can be right. */
const ATTEMPT_FAULTS = [
  v.strictObject({ kind: v.literal('wrong_amount'), amount: v.optional(v.pipe(v.number(), v.integer())) }),
  v.strictObject({ kind: v.literal('wrong_mchid') }),
  v.strictObject({ kind: v.literal('wrong_appid') }),
  v.strictObject({ kind: v.literal('tampered_body') }),
  v.strictObject({
    kind: v.literal('foreign_key'),
    serial: v.optional(v.picklist(['known', 'unknown']), 'known'),
  }),
  v.strictObject({
    kind: v.literal('stale_timestamp'),
    seconds: v.optional(v.pipe(v.number(), v.integer()), -301),
  }),
  v.strictObject({ kind: v.literal('probe') }),
  v.strictObject({ kind: v.literal('unknown_event_type') }),
  v.strictObject({ kind: v.literal('previous_apiv3_key') }),
] as const

/** The outcome of refunds that settle by themselves. */
const REFUND_FAULTS = [
  v.strictObject({ kind: v.literal('refund_result'), status: v.picklist(['CLOSED', 'ABNORMAL']) }),
] as const

const apiFault = v.variant('kind', API_FAULTS)
const notificationFault = v.variant('kind', NOTIFICATION_FAULTS)
const attemptFault = v.variant('kind', ATTEMPT_FAULTS)
const refundFault = v.variant('kind', REFUND_FAULTS)

export type ApiFault = v.InferOutput<typeof apiFault>
export type NotificationFault = v.InferOutput<typeof notificationFault>
export type AttemptFault = v.InferOutput<typeof attemptFault>
export type RefundFault = v.InferOutput<typeof refundFault>

/** A fault as asked for: its own fields, what it applies to, how often. */
export type FaultInput = (
  | v.InferInput<typeof apiFault>
  | v.InferInput<typeof notificationFault>
  | v.InferInput<typeof attemptFault>
  | v.InferInput<typeof refundFault>
) & { readonly match?: FaultMatch; readonly count?: number | null }

interface Effects {
  readonly api: ApiFault
  readonly notification: NotificationFault
  readonly attempt: AttemptFault
  readonly refund: RefundFault
}
type Scope = keyof Effects

function kindsOf(
  schemas: readonly { readonly entries: { readonly kind: { readonly literal: string } } }[],
  scope: Scope,
): [string, Scope][] {
  return schemas.map(({ entries }) => [entries.kind.literal, scope])
}

const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ...kindsOf(API_FAULTS, 'api'),
  ...kindsOf(NOTIFICATION_FAULTS, 'notification'),
  ...kindsOf(ATTEMPT_FAULTS, 'attempt'),
  ...kindsOf(REFUND_FAULTS, 'refund'),
])

/** Every fault that can be asked for. */
const FAULT_KINDS: readonly string[] = [...SCOPES.keys()]

const EVENTS = ['payment', 'refund', 'other'] as const
/** What a notification is about. */
export type NotificationEvent = (typeof EVENTS)[number]

/** What a fault applies to; a field that is absent matches everything. */
const matchSchema = v.strictObject({
  endpoint: v.optional(v.picklist(ENDPOINTS)),
  event: v.optional(v.picklist(EVENTS)),
  host: v.optional(v.picklist(['primary', 'backup'])),
  out_trade_no: v.optional(v.string()),
  out_refund_no: v.optional(v.string()),
})
export type FaultMatch = v.InferOutput<typeof matchSchema>

const ruleSchema = v.looseObject({
  kind: v.string(),
  match: v.optional(matchSchema, {}),
  /** How often it applies; null: until cleared. */
  count: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), 1),
})

/** A fault as listed by the control API. */
export interface FaultEntry {
  readonly id: string
  readonly fault: Effects[Scope]
  readonly match: FaultMatch
  readonly remaining: number | null
}

export interface Faults {
  /** Adds a fault from JSON. @throws ControlError naming what is wrong with it. */
  add(input: unknown): FaultEntry
  /** Takes what applies to `target` now, oldest first, one use each. */
  take<S extends Scope>(scope: S, target: FaultMatch): readonly Effects[S][]
  list(): readonly FaultEntry[]
  /** Removes one, or all of them. @returns how many. */
  clear(id?: string): number
}

interface Stored<S extends Scope> {
  readonly id: string
  readonly fault: Effects[S]
  readonly match: FaultMatch
  remaining: number | null
}

/** Creates an empty set of faults. */
export function createFaults(): Faults {
  const stored: { [S in Scope]: Stored<S>[] } = { api: [], notification: [], attempt: [], refund: [] }
  let count = 0

  function store<S extends Scope>(
    scope: S,
    fault: Effects[S],
    common: Pick<Stored<S>, 'match' | 'remaining'>,
  ): FaultEntry {
    count += 1
    // A standing fault is primary_down's only sensible form.
    const remaining = fault.kind === 'primary_down' ? null : common.remaining
    const entry: Stored<S> = { id: `fault-${count}`, fault, match: common.match, remaining }
    const list: Stored<S>[] = stored[scope]
    list.push(entry)
    return { ...entry }
  }

  function all(): readonly Stored<Scope>[] {
    return [...stored.api, ...stored.notification, ...stored.attempt, ...stored.refund]
  }

  return {
    add(input) {
      const { match, count: remaining, ...fault } = checked(ruleSchema, input)
      const common = { match, remaining }
      switch (SCOPES.get(fault.kind)) {
        case 'api':
          return store('api', checked(apiFault, fault), common)
        case 'notification':
          return store('notification', checked(notificationFault, fault), common)
        case 'attempt':
          return store('attempt', checked(attemptFault, fault), common)
        case 'refund':
          return store('refund', checked(refundFault, fault), common)
        case undefined:
          throw new ControlError(
            400,
            'bad_fault',
            `no fault "${fault.kind}"; known: ${FAULT_KINDS.join(', ')}`,
          )
      }
    },
    take(scope, target) {
      const list = stored[scope]
      const taken = list.filter(({ match, remaining }) => remaining !== 0 && matches(match, target))
      for (const entry of taken) if (entry.remaining !== null) entry.remaining -= 1
      return taken.map(({ fault }) => fault)
    },
    list: () =>
      all()
        .filter(({ remaining }) => remaining !== 0)
        .map((entry) => ({ ...entry })),
    clear(id) {
      const before = all().length
      for (const list of Object.values(stored)) {
        for (let at = list.length - 1; at >= 0; at -= 1)
          if (id === undefined || list[at]?.id === id) list.splice(at, 1)
      }
      return before - all().length
    },
  }
}

/** Checks the faults of one attempt that are given outright instead of being stored. @throws ControlError */
export function parseAttemptFaults(input: unknown): readonly AttemptFault[] {
  return checked(v.optional(v.array(attemptFault), []), input)
}

function checked<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const { path, message }: v.BaseIssue<unknown> = result.issues[0]
  const field = path?.map(({ key }) => String(key)).join('.') ?? 'fault'
  throw new ControlError(400, 'bad_fault', `${field}: ${message}`)
}

/** Tells whether the primary domain is to be down. */
export function primaryIsDown(faults: Faults): boolean {
  return faults.list().some(({ fault }) => fault.kind === 'primary_down')
}

function matches(match: FaultMatch, target: FaultMatch): boolean {
  return (
    (match.endpoint ?? target.endpoint) === target.endpoint &&
    (match.event ?? target.event) === target.event &&
    (match.host ?? target.host) === target.host &&
    (match.out_trade_no ?? target.out_trade_no) === target.out_trade_no &&
    (match.out_refund_no ?? target.out_refund_no) === target.out_refund_no
  )
}
