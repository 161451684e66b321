/** The routes of the HTTP API. Callers of merchant routes sign with IAM; WeChat's notifications carry a signature of their own. */
import { OPERATION_TABLE } from '#shared/operations.ts'
import type { Audience, HttpOperation, RouteKey } from '#shared/operations.ts'
import { OPERATIONS } from './operations.ts'

export interface Route {
  /** `POST /v1/payments` */
  readonly key: RouteKey
  readonly method: string
  readonly path: string
  readonly operation: HttpOperation
  readonly audience: Audience
}

/** By collection, so that the routes of refunds stand together although two operations have them. */
export const ROUTES: readonly Route[] = OPERATIONS.filter(isHttp)
  .flatMap(routesOf)
  .toSorted((a, b) => collectionOf(a).localeCompare(collectionOf(b)))

function isHttp(operation: keyof typeof OPERATION_TABLE): operation is HttpOperation {
  return 'routes' in OPERATION_TABLE[operation]
}

function routesOf(operation: HttpOperation): readonly Route[] {
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
