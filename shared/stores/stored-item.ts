/** Reads what a store holds: checks its form before anything believes it, and says what is wrong without quoting it. */
import * as v from 'valibot'
import { AppError } from '#shared/errors.ts'
import { isFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'

export const StoredFen = v.custom<Fen>(isFen)
/** Every field of the type: a field that is added to the type must be added to its stored form. */
export type Entries<Type> = { readonly [Field in keyof Required<Type>]: v.GenericSchema }

/** The type with one field under the name that it has in stored items. */
export type StoredAs<Type, Field extends keyof Type, Name extends string> = Omit<Type, Field> & {
  readonly [Stored in Name]?: Type[Field]
}

/** Epoch milliseconds and counters. */
export const StoredInteger = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const Versioned = v.looseObject({ v: v.pipe(v.number(), v.integer()) })

/**
 * Parses a stored item.
 *
 * @param options.kind what it is, for messages (`order`, `fact`).
 * @param options.knownVersion the newest form that this code can read.
 * @throws AppError `storage_unavailable` when a newer release wrote it: a repeat may reach that release.
 * @throws AppError `internal_error` naming the broken attributes, never their values.
 */
export function readStored<Schema extends v.GenericSchema>(
  schema: Schema,
  item: unknown,
  { kind, knownVersion }: { readonly kind: string; readonly knownVersion: number },
): v.InferOutput<Schema> {
  if (v.is(Versioned, item) && item.v > knownVersion) {
    throw new AppError(
      'storage_unavailable',
      `the stored ${kind} has form ${item.v} and this release reads up to ${knownVersion}: deploy the newer release everywhere`,
    )
  }
  const parsed = v.safeParse(schema, item)
  if (parsed.success) return parsed.output
  const paths = new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? 'the item itself'))
  throw new AppError('internal_error', `the stored ${kind} cannot be read: ${[...paths].join(', ')}`)
}
