/** What an endpoint is: path, method, and what it reads from a request. */
import type { PublicKey } from '#shared/crypto/keys.ts'
import type { Dialect } from './authorization.ts'
import type { Endpoint } from './endpoints.ts'
import type { FileAnswer } from './file-answer.ts'
import type { Wire } from './views.ts'

export interface Call {
  /** Decoded parameters of the path by name. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Uint8Array
  /** `Wechatpay-Serial`: the key of WeChat's that fields are encrypted with. */
  readonly wechatpaySerial: string | undefined
  /** Scheme and host as the caller wrote them. */
  readonly origin: string
  /** Public key of the merchant certificate that signed the call. */
  readonly merchantKey: PublicKey
}

export interface Route {
  readonly endpoint: Endpoint
  readonly method: 'GET' | 'POST'
  readonly pattern: RegExp
  readonly dialect: Dialect
  /** @returns the body of a 200, a file, or nothing for 204. @throws ApiError */
  readonly handle: (call: Call) => Wire | FileAnswer | undefined
}
