/** Endpoints of prepay, query and close in one of their forms. */
import type { Mode } from './mode.ts'
import type { Operations } from './operations.ts'
import type { Route } from './route.ts'

/** Creates the endpoints below the mode's path. */
export function createOrderRoutes(mode: Mode, operations: Operations): readonly Route[] {
  const pattern = (rest: string): RegExp => new RegExp(`^${mode.base}${rest}$`)
  return [
    ...(['jsapi', 'app', 'h5', 'native'] as const).map((method): Route => ({
      endpoint: 'prepay',
      method: 'POST',
      pattern: pattern(`/${method}`),
      dialect: 'transactions',
      handle: ({ body }) => operations.prepay(method, mode.readPrepay(method, body)),
    })),
    {
      endpoint: 'query',
      method: 'GET',
      pattern: pattern('/id/(?<transaction_id>[^/]+)'),
      dialect: 'transactions',
      handle: ({ path, query }) =>
        operations.queryTransaction(path['transaction_id'] ?? '', mode.ownerOfQuery(query)),
    },
    {
      endpoint: 'query',
      method: 'GET',
      pattern: pattern('/out-trade-no/(?<out_trade_no>[^/]+)'),
      dialect: 'transactions',
      handle: ({ path, query }) =>
        operations.queryOrder(path['out_trade_no'] ?? '', mode.ownerOfQuery(query)),
    },
    {
      endpoint: 'close',
      method: 'POST',
      pattern: pattern('/out-trade-no/(?<out_trade_no>[^/]+)/close'),
      dialect: 'transactions',
      handle({ path, body }) {
        operations.close(path['out_trade_no'] ?? '', mode.ownerOfClose(body))
        return undefined
      },
    },
  ]
}
