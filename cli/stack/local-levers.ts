/** The levers of a stack on this machine: its control fires schedules at once. */
import * as v from 'valibot'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { LocalLevers } from './known-stack.ts'

const Fired = v.object({ results: v.array(v.object({ ok: v.boolean() })) })

/** Runs a scheduled function now and waits for it. @throws CliError `failed` when the function failed. */
export async function fire({ stackControlUrl }: LocalLevers, operation: string): Promise<void> {
  let response: Response
  try {
    response = await fetch(`${stackControlUrl}/fire/${operation}`, { method: 'POST' })
  } catch (cause) {
    throw new CliError('unreachable', 'the local stack does not answer', 'start it with npm start', { cause })
  }
  const parsed = v.safeParse(Fired, await response.json())
  if (parsed.success && parsed.output.results.every(({ ok }) => ok)) return
  throw new CliError(
    'failed',
    `the function ${operation} failed`,
    'read its log in the directory logs of --state-dir',
  )
}
