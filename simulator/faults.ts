/** Faults on command: what can go wrong at WeChat or on the way, when it applies, and how often. */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { checkedFault } from './fault-input.ts'
import { ENDPOINTS } from './endpoints.ts'
import { FAULTS, KINDS, SCOPE_NAMES } from './fault-kinds.ts'
import type { AttemptFault, EffectInput, Effects, Scope } from './fault-kinds.ts'

/** A fault as asked for: its own fields, what it applies to, how often. */
export type FaultInput = EffectInput & { readonly match?: FaultMatch; readonly count?: number | null }

const SCOPES: ReadonlyMap<string, Scope> = new Map(
  SCOPE_NAMES.flatMap((scope) => KINDS[scope].map(({ entries }) => [entries.kind.literal, scope] as const)),
)

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
  bill_date: v.optional(v.string()),
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
  const stored: { [S in Scope]: Stored<S>[] } = {
    api: [],
    notification: [],
    attempt: [],
    refund: [],
    bill: [],
  }
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
    return [...stored.api, ...stored.notification, ...stored.attempt, ...stored.refund, ...stored.bill]
  }

  return {
    add(input) {
      const { match, count: remaining, ...fault } = checkedFault(ruleSchema, input)
      const common = { match, remaining }
      switch (SCOPES.get(fault.kind)) {
        case 'api':
          return store('api', checkedFault(FAULTS.api, fault), common)
        case 'notification':
          return store('notification', checkedFault(FAULTS.notification, fault), common)
        case 'attempt':
          return store('attempt', checkedFault(FAULTS.attempt, fault), common)
        case 'refund':
          return store('refund', checkedFault(FAULTS.refund, fault), common)
        case 'bill':
          return store('bill', checkedFault(FAULTS.bill, fault), common)
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
  return checkedFault(v.optional(v.array(FAULTS.attempt), []), input)
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
    (match.out_refund_no ?? target.out_refund_no) === target.out_refund_no &&
    (match.bill_date ?? target.bill_date) === target.bill_date
  )
}
