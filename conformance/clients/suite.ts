/** Runs every operation with one client in one mode. */
import { randomBytes } from 'node:crypto'
import { NotOffered, OPERATIONS } from './client.ts'
import type { Client, Operation, Setup } from './client.ts'
import { KNOWN_FAULTS } from './known-faults.ts'
import type { KnownFault } from './known-faults.ts'
import { RUNS } from './operations.ts'
import type { Stage } from './operations.ts'

export type Result =
  | { readonly kind: 'ok' | 'not_offered' }
  | { readonly kind: 'fault'; readonly fault: KnownFault }
  | { readonly kind: 'failed'; readonly why: string }

export type Results = ReadonlyMap<Operation, Result>

let count = 0
/** Upper and lower case, and what SDKs percent-encode differently. */
function number(): string {
  count += 1
  return `Cc-${randomBytes(4).toString('hex')}_${count}`
}

/** One connection for all operations of a mode, as a shop has one client. */
export async function runClient(client: Client, setup: Setup, control: Stage['control']): Promise<Results> {
  const results = new Map<Operation, Result>()
  let connection: Stage['connection'] | undefined
  try {
    connection = await client.connect(setup)
    for (const operation of OPERATIONS) {
      const met = await RUNS[operation]({ connection, control, setup, number }).then(
        () => undefined,
        (error: unknown) => error,
      )
      results.set(operation, judge(client, setup, operation, met))
    }
  } catch (error) {
    for (const operation of OPERATIONS)
      results.set(operation, { kind: 'failed', why: `it does not start: ${String(error)}` })
  } finally {
    await connection?.close()
  }
  return results
}

function judge(client: Client, { mode }: Setup, operation: Operation, met: unknown): Result {
  const fault = KNOWN_FAULTS.find(
    ({ client: name, operations, modes }) =>
      name === client.name && operations.includes(operation) && modes.includes(mode),
  )
  if (met === undefined && fault !== undefined)
    return { kind: 'failed', why: `a known fault is gone: ${fault.cause}` }
  if (met === undefined) return { kind: 'ok' }
  if (met instanceof NotOffered) return { kind: 'not_offered' }
  return fault === undefined
    ? { kind: 'failed', why: met instanceof Error ? met.message : JSON.stringify(met) }
    : { kind: 'fault', fault }
}
