/** The operations that the stack deploys, one Lambda function each, with the size, time and environment of each. */
import type { OperationVariable } from '#shared/lambda/environment.ts'

export const OPERATIONS = [
  'prepay',
  'query',
  'close',
  'refund',
  'hold',
  'notify',
  'settle',
  'rotate-certs',
  'sweep',
] as const

export type Operation = (typeof OPERATIONS)[number]

/** The function that CodeDeploy asks before a new version of notify gets its first call; no operation of the system. */
export const RELEASE_CHECK = 'check-release'

/** Everything that is bundled. */
export type BundleName = Operation | typeof RELEASE_CHECK
export const BUNDLE_NAMES: readonly BundleName[] = [...OPERATIONS, RELEASE_CHECK]

export interface OperationSettings {
  readonly description: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** The variables that the function gets, and no others. */
  readonly environment: readonly OperationVariable[]
}

/** Below the 30 s after which API Gateway stops waiting, so that the function answers first. */
const API_TIMEOUT_SECONDS = 29

/** Calls to WeChat: who calls, where, and the keys to sign and verify. */
const CALL_WECHAT: readonly OperationVariable[] = [
  'WXPAY_MCHID',
  'WXPAY_API_URL',
  'WXPAY_API_BACKUP_URL',
  'MERCHANT_SIGNING_SECRET_ID',
  'PLATFORM_KEYS_SECRET_ID',
]

/** What WeChat said is stored as a fact and sent to settle. */
const RECORD_FACTS: readonly OperationVariable[] = ['FACTS_TABLE_NAME', 'FACT_QUEUE_URL']

export const OPERATION_SETTINGS: Readonly<Record<Operation, OperationSettings>> = {
  prepay: {
    description: 'Creates a payment at WeChat and answers what the client needs to pay',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
    environment: [...CALL_WECHAT, 'WXPAY_APPIDS', 'WXPAY_NOTIFY_BASE_URL', 'ORDERS_TABLE_NAME'],
  },
  query: {
    description: 'Answers an order, asking WeChat while it is not final',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
    environment: [...CALL_WECHAT, 'ORDERS_TABLE_NAME', ...RECORD_FACTS],
  },
  close: {
    description: 'Closes an unpaid order at WeChat',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
    environment: [...CALL_WECHAT, 'ORDERS_TABLE_NAME', ...RECORD_FACTS],
  },
  refund: {
    description: 'Creates and answers refunds',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 512,
    environment: [...CALL_WECHAT, 'WXPAY_NOTIFY_BASE_URL', 'ORDERS_TABLE_NAME', ...RECORD_FACTS],
  },
  hold: {
    description: 'Holds an order for a person, and releases what was held',
    timeoutSeconds: API_TIMEOUT_SECONDS,
    memoryMb: 256,
    environment: ['WXPAY_MCHID', 'ORDERS_TABLE_NAME', ...RECORD_FACTS],
  },
  notify: {
    description: 'Verifies notifications of WeChat and stores them as facts',
    timeoutSeconds: 10,
    memoryMb: 512,
    environment: [
      'WXPAY_STAGE',
      'WXPAY_MCHID',
      'WXPAY_APPIDS',
      ...RECORD_FACTS,
      'KEY_REFRESH_QUEUE_URL',
      'APIV3_KEY_SECRET_ID',
      'PLATFORM_KEYS_SECRET_ID',
    ],
  },
  settle: {
    description: 'Applies facts to their orders and publishes events',
    // The queue hides a message for six times this: a batch whose function died comes back after 90 s.
    timeoutSeconds: 15,
    memoryMb: 512,
    environment: ['WXPAY_STAGE', 'ORDERS_TABLE_NAME', 'FACTS_TABLE_NAME', 'EVENT_TOPIC_ARN'],
  },
  'rotate-certs': {
    description: 'Refreshes the platform keys of WeChat',
    timeoutSeconds: 60,
    memoryMb: 256,
    environment: ['WXPAY_STAGE', ...CALL_WECHAT, 'APIV3_KEY_SECRET_ID'],
  },
  sweep: {
    description: 'Drives whatever stopped half-way',
    // Below the minute after which the next run starts.
    timeoutSeconds: 55,
    memoryMb: 512,
    environment: ['WXPAY_STAGE', ...CALL_WECHAT, 'ORDERS_TABLE_NAME', ...RECORD_FACTS],
  },
}

/** Makes one of something for each operation. */
export function byOperation<Made>(make: (operation: Operation) => Made): Record<Operation, Made> {
  return {
    prepay: make('prepay'),
    query: make('query'),
    close: make('close'),
    refund: make('refund'),
    hold: make('hold'),
    notify: make('notify'),
    settle: make('settle'),
    'rotate-certs': make('rotate-certs'),
    sweep: make('sweep'),
  }
}

/** What every caller calls: a release moves it from one version to the next. */
export const LIVE = 'live'
