/** A request of the merchant API, and its answer: plain values that know no gateway. */
import type { Received } from '#shared/received.ts'

export interface ApiRequest {
  readonly method: string
  /** `POST /v1/payments`, as declared in the stack. */
  readonly routeKey: string
  /** Names are lower-case; duplicates arrive joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly pathParameters: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** Exactly what the client sent. */
  readonly body: Received
  readonly requestId: string
}

export interface ApiResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
