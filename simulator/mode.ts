/** The two forms of prepay, query and close: a merchant for itself, a service provider for its sub-merchants. */
import type { PaymentMethod, PrepayRequest } from './request-schemas.ts'

/** The `sub_mchid` of an order that a service provider placed. */
export type Owner = string | undefined

export interface Mode {
  /** Path that its endpoints stand below. */
  readonly base: string
  /** @throws ApiError for a body that breaks a rule, or names another merchant. */
  readPrepay(method: PaymentMethod, body: Uint8Array): PrepayRequest
  /** @throws ApiError when the query names another merchant. */
  ownerOfQuery(query: URLSearchParams): Owner
  /** @throws ApiError when the body names another merchant. */
  ownerOfClose(body: Uint8Array): Owner
}
