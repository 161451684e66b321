/** What the page is told when the stack, AWS or the simulator refuses or does not answer. */
import { CliError } from '#cli/terminal/cli-error.ts'
import { WechatPaymentsError } from '#client/error.ts'
import { ConsoleError } from '#console/server/console-error.ts'
import { explainSimulator } from '#console/server/explain-simulator.ts'
import { given } from '#shared/given.ts'

/** As in `limit must be …`. */
const ARGUMENT = /^[\w.]+ (?:must|is|has) /

export function explainDesk(error: unknown): ConsoleError | undefined {
  if (error instanceof WechatPaymentsError) return ofApi(error)
  if (error instanceof CliError) return ofStack(error)
  // The client names an argument that breaks a rule before it sends anything.
  if (error instanceof TypeError && ARGUMENT.test(error.message)) return ofArgument(error)
  return explainSimulator(error) ?? ofAws(error)
}

function ofApi(error: WechatPaymentsError): ConsoleError {
  const { code, status = 502, title, action, errors, request_id, message } = error
  return new ConsoleError({
    status,
    code,
    title: title ?? message,
    action: action ?? 'look at it again before you repeat anything',
    ...(title === undefined || title === message ? {} : { detail: message }),
    ...given({ request_id }),
    ...(errors.length === 0 ? {} : { errors }),
  })
}

function ofStack({ message: title, remedy: action, exit }: CliError): ConsoleError {
  return exit === 'unreachable'
    ? new ConsoleError({ status: 502, code: 'unreachable', title, action })
    : new ConsoleError({ status: 409, code: 'failed', title, action })
}

function ofArgument({ message }: TypeError): ConsoleError {
  return new ConsoleError({
    status: 400,
    code: 'invalid_request',
    title: 'the request is not valid',
    detail: message,
    action: 'correct the named fields and send it again',
  })
}

/** The SDK's errors by their name; what they say may quote anything. */
function ofAws(error: unknown): ConsoleError | undefined {
  if (!(error instanceof Error) || !('$metadata' in error || /Credentials|Token/.test(error.name)))
    return undefined
  return new ConsoleError({
    status: 502,
    code: 'unreachable',
    title: `AWS refused the call, or did not answer (${error.name})`,
    action: 'sign in again, and use credentials that may what docs/cli.md lists',
  })
}
