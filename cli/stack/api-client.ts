/** Calls the stack's own HTTP API with the client that merchants have. */
import { WechatPaymentsError } from '#client/error.ts'
import { WechatPayments } from '#client/wechat-payments.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { StackAccess } from './stack-access.ts'

/**
 * Sends one request, once: a person decides whether to repeat it.
 *
 * @throws CliError with the problem's own words when the API refuses, `unreachable` when it does not answer.
 */
export async function callApi<Answer>(
  { api_url: url, region, dynamodb }: Pick<StackAccess, 'api_url' | 'region' | 'dynamodb'>,
  call: (api: WechatPayments) => Promise<Answer>,
): Promise<Answer> {
  const { credentials } = dynamodb.config
  try {
    return await call(new WechatPayments({ url, region, credentials, retries: 0 }))
  } catch (error) {
    throw refusal(error, new URL(url).origin)
  }
}

function refusal(error: unknown, origin: string): unknown {
  if (error instanceof TypeError) return new CliError('failed', error.message, 'correct what is named')
  if (!(error instanceof WechatPaymentsError)) return error
  const { code, status, message, action = '' } = error
  if (status === undefined) {
    return new CliError(
      'unreachable',
      `the HTTP API at ${origin} does not answer`,
      'check the network; the outcome is unknown: look at the order before you repeat the command',
      { cause: error },
    )
  }
  if (code === 'forbidden') {
    return new CliError(
      'failed',
      `the HTTP API refused the caller (${status})`,
      'use credentials that may execute-api:Invoke on this API',
    )
  }
  return new CliError('failed', `${message} (${status} ${code})`, action)
}
