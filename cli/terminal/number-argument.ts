/** Checks the numbers that people type, with the same rules as the HTTP API. */
import * as v from 'valibot'
import { OutRefundNo, OutTradeNo } from '#shared/api/request-fields.ts'
import { CliError } from './cli-error.ts'

/** @throws CliError `usage` */
export function readOutTradeNo(text: string): string {
  return checked('out_trade_no', OutTradeNo, text)
}

/** @throws CliError `usage` */
export function readOutRefundNo(text: string): string {
  return checked('out_refund_no', OutRefundNo, text)
}

function checked(name: string, schema: typeof OutTradeNo, text: string): string {
  const parsed = v.safeParse(schema, text)
  if (parsed.success) return parsed.output
  throw new CliError('usage', `${name} ${parsed.issues[0].message}`, 'give the number of your own system')
}
