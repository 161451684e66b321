/** The handler of an operation of the HTTP API: it serves the routes that the table of operations gives it, all and no others. */
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Audience, HttpOperation, RouteKey } from '#shared/operations.ts'
import { API_DEADLINE_MS, NOTIFY_DEADLINE_MS } from '#shared/time-limits.ts'
import { httpHandler } from './http-frame.ts'
import type { FrameOptions, Route } from './http-frame.ts'

export interface OperationHandlerOptions<Name extends HttpOperation> extends Pick<
  FrameOptions,
  'logger' | 'onError'
> {
  readonly routes: Readonly<Record<RouteKey<Name>, Route>>
}

const DEADLINES_MS: Readonly<Record<Audience, number>> = {
  merchant: API_DEADLINE_MS,
  notification: NOTIFY_DEADLINE_MS,
}

export function operationHandler<Name extends HttpOperation>(
  operation: Name,
  options: OperationHandlerOptions<Name>,
) {
  const { audience } = OPERATION_TABLE[operation]
  return httpHandler({
    ...options,
    deadlineMs: DEADLINES_MS[audience],
    // Whoever reaches the notify route is nobody until the signature is verified.
    callerTrace: audience === 'merchant',
  })
}
