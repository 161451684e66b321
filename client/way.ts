/** A way to call the stack: what is sent over HTTP for a call, and what came back of it. */
import type { MerchantRoute } from '#shared/merchant-routes.ts'
import type { FailureCode } from './error.ts'

export interface Call {
  readonly route: MerchantRoute
  /** Those in its path, as they are. */
  readonly numbers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
}

/** A call as every attempt sends it. */
export interface Outgoing extends Omit<Call, 'body'> {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** What it is signed for. */
  readonly service: 'execute-api' | 'lambda'
  readonly region: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Failed {
  readonly code: FailureCode
  readonly detail: string
}

/** What the API answered, if it did. */
export interface Answered {
  /** Undefined when no function answered. */
  readonly status: number | undefined
  readonly text: string
  /** What it comes to where the text is neither an answer nor a problem of the API. */
  readonly otherwise: Failed
}

export interface Way {
  /** @throws TypeError where this way does not lead to the route */
  request(outgoing: Outgoing): HttpRequest
  answered(answer: HttpAnswer, outgoing: Outgoing): Answered
}

export function methodOf(route: MerchantRoute): 'GET' | 'POST' {
  return route.startsWith('GET ') ? 'GET' : 'POST'
}
