/** What an answer to a test notification should be: what is right is accepted, and what is wrong refused. */
import { CliError } from '#cli/terminal/cli-error.ts'

interface Verdict {
  readonly expected: boolean
  readonly verdict: string
}

export function verdictOn(status: number, faulty: boolean): Verdict {
  const accepted = status === 200 || status === 204
  if (faulty)
    return status === 401
      ? { expected: true, verdict: 'refused, as it should be' }
      : { expected: false, verdict: accepted ? 'accepted, and it is wrong' : 'neither accepted nor refused' }
  return accepted
    ? { expected: true, verdict: 'accepted, as it should be' }
    : { expected: false, verdict: 'not accepted, and there is nothing wrong with it' }
}

export function unexpected(status: number, faulty: boolean, operation: string): CliError {
  if (faulty && (status === 200 || status === 204))
    return new CliError(
      'failed',
      `${operation} accepted a wrong notification with ${status}`,
      'this must never happen: report it',
    )
  return new CliError(
    'failed',
    `${operation} answered ${status}`,
    `read the log of the function ${operation} in the directory logs of --state-dir`,
  )
}
