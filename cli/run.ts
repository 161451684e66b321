/** Runs one command line: parses it, carries it out, and turns whatever goes wrong into a sentence, a remedy and an exit code. */
import { CommanderError } from 'commander'
import { AppError, errorKind } from '#shared/errors.ts'
import { CliError, EXIT } from './terminal/cli-error.ts'
import { createProgram } from './program.ts'
import { jsonText, paint, printable, withoutNoise } from './terminal/style.ts'
import type { Terminal } from './terminal/terminal.ts'
import type { World } from './terminal/world.ts'

/** @param args without node and script. @returns the exit code. */
export async function run(args: readonly string[], given: World): Promise<number> {
  let printed = false
  const plain = withoutNoise(given.terminal)
  const world = { ...given, terminal: plain }
  const terminal: Terminal = {
    ...plain,
    out: (text) => {
      printed = true
      plain.out(text)
    },
  }
  try {
    await createProgram({ ...world, terminal }).parseAsync([...args], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    // It has printed the help or the version that was asked for.
    if (error instanceof CommanderError) return EXIT.ok
    // Standard output holds one JSON document: the result of a check that failed, else the failure itself.
    return report(world, error, args.includes('--json') && !printed)
  }
}

function report({ terminal }: World, error: unknown, asJson: boolean): number {
  const { code, message, remedy } = explained(error)
  if (asJson) terminal.out(`${jsonText({ error: { message, remedy } })}\n`)
  const advice = remedy === '' ? '' : `  ${paint('bold', 'what to do:')} ${printable(remedy)}\n`
  terminal.err(`${paint('red', 'error:')} ${printable(message)}\n${advice}`)
  return code
}

interface Explained {
  readonly code: number
  readonly message: string
  readonly remedy: string
}

function explained(error: unknown): Explained {
  if (error instanceof CliError)
    return { code: EXIT[error.exit], message: error.message, remedy: error.remedy }
  if (error instanceof AppError) {
    const cause = awsFailure(error.cause)
    if (cause !== undefined) return cause
    return { code: EXIT.failed, message: error.message, remedy: errorKind(error.code).action }
  }
  return awsFailure(error) ?? unexpected(error)
}

const CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError)$/
const EXPIRED = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired)$/
const DENIED =
  /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException)$/
const UNKNOWN_HOST = /^ENOTFOUND$/
const NETWORK = /^(?:TimeoutError|NetworkingError|ECONNREFUSED|EAI_AGAIN|ECONNRESET)$/

/** What the SDK throws, by its name; its message is kept only where it names an action, not a value. */
function awsFailure(error: unknown): Explained | undefined {
  if (!(error instanceof Error)) return undefined
  const names = [error.name, ...('code' in error && typeof error.code === 'string' ? [error.code] : [])]
  const is = (pattern: RegExp) => names.some((name) => pattern.test(name))
  const code = EXIT.unreachable
  if (is(CREDENTIALS)) {
    return {
      code,
      message: 'no AWS credentials were found',
      remedy: 'sign in (aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)',
    }
  }
  if (is(EXPIRED)) return { code, message: 'the AWS credentials have expired', remedy: 'sign in again' }
  if (is(DENIED)) {
    return {
      code,
      message: `AWS refused the call (${error.name})`,
      remedy:
        'use credentials of the account and partition of the stack; docs/cli.md lists the actions that each command needs; the secrets are open only to operatorRoleArns of the stage',
    }
  }
  if (is(UNKNOWN_HOST)) {
    return {
      code,
      message: `the name of the service cannot be resolved${'hostname' in error ? ` (${String(error.hostname)})` : ''}`,
      remedy:
        'check --region: a region that lacks the service has no such name; then check DNS and the network',
    }
  }
  if (is(NETWORK)) {
    return {
      code,
      message: `the service could not be reached (${names.at(-1)})`,
      remedy: 'check the network; for a local stack, that npm start still runs',
    }
  }
  return undefined
}

function unexpected(error: unknown): Explained {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    code: EXIT.failed,
    message,
    remedy: 'this is not an expected failure: please report it with the command',
  }
}
