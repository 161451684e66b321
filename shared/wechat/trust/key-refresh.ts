/** Asks for the platform keys to be refreshed. The whole fleet together causes at most one refresh a minute. */
export interface KeyRefresh {
  request(): Promise<void>
}
