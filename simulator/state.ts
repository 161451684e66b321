/** Everything that a simulator knows, as it is written to a file and taken up by a later run of the same version. */
import * as v from 'valibot'
import { SAVED_GUESTS } from './guests.ts'
import type { SavedGuests } from './guests.ts'
import type { Keys } from './keys.ts'
import type { Ids } from './ids.ts'
import { saveKeys } from './keys-state.ts'
import type { SavedKeys } from './keys-state.ts'
import { saveLedger } from './ledger-state.ts'
import type { SavedLedger } from './ledger-state.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier, SavedNotification } from './notifier.ts'
import type { Timeline } from './timeline.ts'
import type { TlsAuthority } from './tls-identity.ts'
import { UsageError } from './usage-error.ts'
import { VERSION } from './version.ts'

export interface SimulatorState extends SavedGuests {
  readonly version: string
  readonly mchid: string
  /** Epoch ms. */
  readonly saved_at: number
  /** WeChat's time that was jumped, ms. */
  readonly skipped: number
  /** Numbers that never repeat. */
  readonly given: number
  readonly keys: SavedKeys
  readonly tls: TlsAuthority | null
  readonly ledger: SavedLedger
  readonly notifications: readonly SavedNotification[]
}

/** Written by this very version, which knows what is inside of them. */
const inside = <T extends object>() => v.custom<T>((input) => typeof input === 'object' && input !== null)

const stateSchema = v.object({
  version: v.literal(VERSION),
  mchid: v.string(),
  saved_at: v.number(),
  skipped: v.number(),
  given: v.number(),
  keys: inside<SavedKeys>(),
  tls: v.nullable(inside<TlsAuthority>()),
  ledger: inside<SavedLedger>(),
  notifications: v.array(inside<SavedNotification>()),
  ...SAVED_GUESTS,
})

/** Reads what `JSON.stringify` made of a state. @throws UsageError when it is none of this version. */
export function parseState(text: string): SimulatorState {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch {
    throw new UsageError('is not JSON: remove it, or name another file')
  }
  const result = v.safeParse(stateSchema, input)
  if (result.success) return result.output
  throw new UsageError(
    `was not written by version ${VERSION} of this simulator: remove it, or name another file`,
  )
}

export interface StateParts {
  readonly mchid: string
  readonly timeline: Timeline
  readonly ids: Ids
  readonly keys: Keys
  readonly tls: TlsAuthority | undefined
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly guests: SavedGuests
}

/** What is known now. */
export function captureState({
  mchid,
  timeline,
  ids,
  keys,
  tls,
  ledger,
  notifier,
  guests,
}: StateParts): SimulatorState {
  return {
    version: VERSION,
    mchid,
    saved_at: timeline.wall(),
    skipped: timeline.skipped(),
    given: ids.count(),
    keys: saveKeys(keys),
    tls: tls ?? null,
    ledger: saveLedger(ledger),
    notifications: notifier.save(),
    ...guests,
  }
}
