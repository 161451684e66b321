/** In this repository the examples are checked against the sources of the client; a test runs them with its package. */
declare module 'wechatpay-lambda-client' {
  export { WechatPayments } from '#client/wechat-payments.ts'
  export { fromEnvironment } from '#client/from-environment.ts'
  export { WechatPaymentsError } from '#client/error.ts'
  export { parseEvents } from '#client/parse-event.ts'
  export { createEventFilter } from '#client/event-filter.ts'
  export type { EventMemory } from '#client/event-filter.ts'
  export type * from '#client/contract/events.ts'
}
