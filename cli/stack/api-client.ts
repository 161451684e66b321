/** Calls the stack's own HTTP API, signed for IAM as every merchant call is. */
import { createRequestSigner } from '#shared/aws/request-signer.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { StackAccess } from './stack-access.ts'

const TIMEOUT_MS = 35_000

interface Problem {
  readonly detail?: string
  readonly title?: string
  readonly action?: string
  readonly code?: string
  readonly message?: string
}

/**
 * Sends one request and gives the JSON of its answer.
 *
 * @throws CliError with the problem's own words when the API refuses, `unreachable` when it does not answer.
 */
export async function callApi(
  stack: StackAccess,
  path: string,
  { method, body }: { readonly method: 'GET' | 'POST'; readonly body?: object },
): Promise<unknown> {
  const url = new URL(stack.api_url + path)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const sign = createRequestSigner({
    region: stack.region,
    credentials: stack.dynamodb.config.credentials,
  })
  const headers = await sign({
    service: 'execute-api',
    method,
    url,
    headers: text === undefined ? {} : { 'content-type': 'application/json' },
    body: text,
  })
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(text === undefined ? {} : { body: text }),
    })
  } catch (cause) {
    throw new CliError(
      'unreachable',
      `the HTTP API at ${url.origin} does not answer`,
      'check the network; the outcome is unknown: look at the order before you repeat the command',
      { cause },
    )
  }
  const answer = await response.text()
  if (response.ok) return JSON.parse(answer)
  throw refusal(response.status, answer)
}

function refusal(status: number, answer: string): CliError {
  const { detail, title, action, code, message } = problemOf(answer)
  if (status === 403) {
    return new CliError(
      'failed',
      'the HTTP API refused the caller (403)',
      'use credentials that may execute-api:Invoke on this API',
    )
  }
  const words = detail ?? title ?? message ?? 'without an explanation'
  return new CliError('failed', `${words} (${status}${code === undefined ? '' : ` ${code}`})`, action ?? '')
}

function problemOf(answer: string): Problem {
  try {
    const json: unknown = JSON.parse(answer)
    return typeof json === 'object' && json !== null ? json : {}
  } catch {
    return {}
  }
}
