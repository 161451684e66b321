/** An HTTP API for gateway tests, with a function that the test gives. */
import type { ServedApi } from '#local/gateway/gateway.ts'
import type { Route } from '#local/gateway/route-table.ts'

/** 2020-03-12T19:03:58.390Z. */
export const NOW_MS = 1_584_039_838_390

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local-secret' }

export function route(key: string, more: Partial<Route> = {}): Route {
  return { key, functionName: 'fn', requiresIam: false, timeoutMs: 30_000, ...more }
}

/** Options of a served API; `routes` replaces the usual ones. */
export function gatewayOptions(
  options: Partial<ServedApi> & { readonly routes?: readonly Route[]; readonly stage?: string },
): ServedApi {
  const {
    routes = [route('POST /v1/payments'), route('GET /v1/payments/{out_trade_no}')],
    stage = '$default',
    ...more
  } = options
  return {
    api: {
      apiId: 'abcdef0123',
      domainName: 'abcdef0123.execute-api.us-east-1.amazonaws.com',
      stage,
      routes,
      limitsOf: () => undefined,
    },
    invoke: async () => ({ ok: true, payload: '{"statusCode":204}' }),
    credentials: CREDENTIALS,
    region: 'us-east-1',
    requireIam: false,
    throttle: true,
    ...more,
  }
}
