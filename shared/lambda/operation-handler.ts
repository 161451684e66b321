/** The handler of an operation of the HTTP API: it serves the routes that the table of operations gives it, all and no others. */
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Audience, HttpOperation, RouteKey } from '#shared/operations.ts'
import { httpHandler } from './http-frame.ts'
import type { FrameOptions, Route } from './http-frame.ts'

export interface OperationHandlerOptions<Name extends HttpOperation> extends Pick<
  FrameOptions,
  'logger' | 'onError'
> {
  readonly routes: Readonly<Record<RouteKey<Name>, Route>>
}

/** Merchants wait as long as API Gateway, 30 s. WeChat waits 5 s. */
const DEADLINES_MS: Readonly<Record<Audience, number>> = { merchant: 25_000, notification: 3500 }

export function operationHandler<Name extends HttpOperation>(
  operation: Name,
  options: OperationHandlerOptions<Name>,
) {
  return httpHandler({ ...options, deadlineMs: DEADLINES_MS[OPERATION_TABLE[operation].audience] })
}
