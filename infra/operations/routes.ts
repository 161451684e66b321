/** The routes of the HTTP API. Callers of merchant routes sign with IAM; WeChat's notifications carry a signature of their own. */
import type { ChannelName } from '#infra/channels/channels.ts'
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Audience, HttpOperation, Operation, RouteKey } from '#shared/operations.ts'
import { OPERATIONS, operationsOf } from './operations.ts'

export interface Route {
  /** `POST /v1/payments` */
  readonly key: RouteKey
  readonly method: string
  readonly path: string
  readonly operation: HttpOperation
  readonly audience: Audience
}

/** Those of a stage with WeChat Pay alone. By collection, so that the routes of refunds stand together although two operations have them. */
export const ROUTES: readonly Route[] = sorted(OPERATIONS)

/** Those of a stage with these channels. */
export function routesOf(channels: readonly ChannelName[]): readonly Route[] {
  return sorted(operationsOf(channels))
}

function sorted(operations: readonly Operation[]): readonly Route[] {
  return operations
    .filter(isHttp)
    .flatMap(routesOfOperation)
    .toSorted((a, b) => collectionOf(a).localeCompare(collectionOf(b)))
}

function isHttp(operation: Operation): operation is HttpOperation {
  return 'routes' in OPERATION_TABLE[operation]
}

function routesOfOperation(operation: HttpOperation): readonly Route[] {
  const { audience, routes } = OPERATION_TABLE[operation]
  return routes.map((key) => {
    const [method = '', path = ''] = key.split(' ')
    return { key, method, path, operation, audience }
  })
}

/** `/v1/payments` of all routes below it. */
function collectionOf({ path }: Route): string {
  return path.split('/', 3).join('/')
}
