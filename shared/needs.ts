/** What operations need from outside of themselves, each with the resource that it is about and the variable that names it. */

/** What the stack makes for the operations to use. */
export type Resource =
  | 'orders'
  | 'ordersDue'
  | 'ordersOfDay'
  | 'ordersHeld'
  | 'facts'
  | 'factsPending'
  | 'factQueue'
  | 'keyRefreshQueue'
  | 'eventTopic'
  | 'reports'
  | 'merchantSigning'
  | 'apiV3Key'
  | 'apiV2Key'
  | 'platformKeys'

interface NeedRow {
  readonly on: Resource
  readonly variable?: string
}

/** One row an ability. infra/operations/permissions.ts says which actions of AWS each of them takes. */
export const NEEDS = {
  readOrders: { on: 'orders', variable: 'ORDERS_TABLE_NAME' },
  writeOrders: { on: 'orders', variable: 'ORDERS_TABLE_NAME' },
  /** Changes one item without writing all of it: a claim, a number that is given back, a counter. */
  updateOrders: { on: 'orders', variable: 'ORDERS_TABLE_NAME' },
  listDueOrders: { on: 'ordersDue', variable: 'ORDERS_TABLE_NAME' },
  listOrdersOfDay: { on: 'ordersOfDay', variable: 'ORDERS_TABLE_NAME' },
  listHeldOrders: { on: 'ordersHeld', variable: 'ORDERS_TABLE_NAME' },
  readFacts: { on: 'facts', variable: 'FACTS_TABLE_NAME' },
  storeFacts: { on: 'facts', variable: 'FACTS_TABLE_NAME' },
  /** Moves a fact on: settled, or claimed before it is dispatched again. */
  updateFacts: { on: 'facts', variable: 'FACTS_TABLE_NAME' },
  listPendingFacts: { on: 'factsPending', variable: 'FACTS_TABLE_NAME' },
  dispatchFacts: { on: 'factQueue', variable: 'FACT_QUEUE_URL' },
  // Lambda reads the queue in the name of the function, which never hears its URL.
  receiveFacts: { on: 'factQueue' },
  requestKeyRefresh: { on: 'keyRefreshQueue', variable: 'KEY_REFRESH_QUEUE_URL' },
  receiveKeyRefresh: { on: 'keyRefreshQueue' },
  publishEvents: { on: 'eventTopic', variable: 'EVENT_TOPIC_ARN' },
  keepReports: { on: 'reports', variable: 'REPORTS_BUCKET_NAME' },
  readMerchantSigning: { on: 'merchantSigning', variable: 'MERCHANT_SIGNING_SECRET_ID' },
  readApiV3Key: { on: 'apiV3Key', variable: 'APIV3_KEY_SECRET_ID' },
  readApiV2Key: { on: 'apiV2Key', variable: 'APIV2_KEY_SECRET_ID' },
  readPlatformKeys: { on: 'platformKeys', variable: 'PLATFORM_KEYS_SECRET_ID' },
  writePlatformKeys: { on: 'platformKeys', variable: 'PLATFORM_KEYS_SECRET_ID' },
} as const satisfies Readonly<Record<string, NeedRow>>

export type Need = keyof typeof NEEDS

/** The variables that a set of needs brings along. */
export type VariableOfNeed<Name extends Need> = Extract<
  (typeof NEEDS)[Name],
  { readonly variable: string }
>['variable']
