/**
 * The table of operations: which routes each serves, which settings it is told and what it needs. Handlers, the stack and
 * the tests read it, and nothing says it a second time.
 */
import { ROUTES_OF_MERCHANTS } from './merchant-routes.ts'
import type { MerchantOperation, RouteName } from './merchant-routes.ts'
import { NEEDS } from './needs.ts'
import type { Need, VariableOfNeed } from './needs.ts'
import type { Provider } from './providers.ts'

export const NOTIFY_PAYMENT_PATH = '/wechatpay/notify/payment'
export const NOTIFY_REFUND_PATH = '/wechatpay/notify/refund'
export const NOTIFY_REFUND_V2_PATH = '/wechatpay/notify/refund-v2'
export const NOTIFY_ALIPAY_PATH = '/alipay/notify'

/** Who calls the routes of an operation: `notification` is WeChat, whose every byte notify verifies itself. */
export type Audience = 'merchant' | 'notification'

/** What the stage says, as against the names of what the stack makes. */
type Setting =
  | 'WXPAY_STAGE'
  | 'WXPAY_MCHID'
  | 'WXPAY_APPIDS'
  /** What is wanted of notifications that are about no payment or refund. */
  | 'WXPAY_NOTICE_TYPES'
  | 'WXPAY_NOTIFY_BASE_URL'
  | 'WXPAY_API_URL'
  | 'WXPAY_API_BACKUP_URL'
  /** Which refunds wait for people, as JSON. */
  | 'WXPAY_REFUND_RULES'
  /** The form in which orders are written. */
  | 'WXPAY_ORDER_FORM'
  | 'WXPAY_FIRST_LOOK_SECONDS'

/** What every function is told beside that, and may do without: the least that it logs. */
export const LOG_LEVEL_VARIABLE = 'WXPAY_LOG_LEVEL'

interface Told {
  readonly settings: readonly Setting[]
  readonly needs: readonly Need[]
}

/** Operations without an audience are started by a queue or the clock. */
type OperationRow =
  | (Told & {
      readonly audience: 'merchant'
      readonly routes: (typeof ROUTES_OF_MERCHANTS)[MerchantOperation]
    })
  | (Told & { readonly audience: 'notification'; readonly routes: readonly RouteName[] })
  | Told

/** Who calls WeChat, and where. */
const CALLS_WECHAT = ['WXPAY_MCHID', 'WXPAY_API_URL', 'WXPAY_API_BACKUP_URL'] as const
/** Who writes orders. */
const KEEPS_ORDERS = ['WXPAY_ORDER_FORM'] as const
/** To sign what goes to WeChat and to verify what comes back. */
const WECHAT_KEYS = ['readMerchantSigning', 'readPlatformKeys'] as const
/** What WeChat said is stored as a fact (a refused write brings back what is there already) and wakes settle up. */
const RECORD_FACTS = ['storeFacts', 'dispatchFacts'] as const

export const OPERATION_TABLE = {
  prepay: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.prepay,
    settings: [
      ...CALLS_WECHAT,
      ...KEEPS_ORDERS,
      'WXPAY_APPIDS',
      'WXPAY_NOTIFY_BASE_URL',
      'WXPAY_FIRST_LOOK_SECONDS',
    ],
    // Reads whether anything was told of a number that is to be used again.
    needs: ['readOrders', 'writeOrders', 'readFacts', ...WECHAT_KEYS],
  },
  query: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.query,
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT, ...KEEPS_ORDERS],
    needs: ['readOrders', 'writeOrders', 'readFacts', ...RECORD_FACTS, ...WECHAT_KEYS],
  },
  /** Apart from query: it reads many orders and calls nobody, so that it needs no key. */
  list: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.list,
    settings: ['WXPAY_MCHID'],
    needs: ['listOrdersOfDay', 'listHeldOrders', 'listDueOrders', 'readOrders', 'readFacts'],
  },
  close: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.close,
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT, ...KEEPS_ORDERS],
    needs: ['readOrders', 'writeOrders', 'readFacts', ...RECORD_FACTS, ...WECHAT_KEYS],
  },
  refund: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.refund,
    settings: [
      'WXPAY_STAGE',
      ...CALLS_WECHAT,
      ...KEEPS_ORDERS,
      'WXPAY_NOTIFY_BASE_URL',
      'WXPAY_REFUND_RULES',
    ],
    // Gives back the number of a refund that was not made, and counts those that are. Publishes what WeChat answers to it.
    needs: [
      'readOrders',
      'writeOrders',
      'updateOrders',
      'readFacts',
      ...RECORD_FACTS,
      'publishEvents',
      ...WECHAT_KEYS,
    ],
  },
  hold: {
    audience: 'merchant',
    routes: ROUTES_OF_MERCHANTS.hold,
    settings: ['WXPAY_MCHID', ...KEEPS_ORDERS],
    needs: ['readOrders', 'writeOrders', 'readFacts', ...RECORD_FACTS],
  },
  notify: {
    audience: 'notification',
    routes: [`POST ${NOTIFY_PAYMENT_PATH}`, `POST ${NOTIFY_REFUND_PATH}`],
    settings: ['WXPAY_STAGE', 'WXPAY_MCHID', 'WXPAY_APPIDS', 'WXPAY_NOTICE_TYPES'],
    needs: [...RECORD_FACTS, 'requestKeyRefresh', 'readApiV3Key', 'readPlatformKeys'],
  },
  /** Apart from notify, which reads nothing but what is signed, calls nobody and holds no signing key. */
  'notify-v2': {
    audience: 'notification',
    routes: [`POST ${NOTIFY_REFUND_V2_PATH}`],
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT],
    needs: [...RECORD_FACTS, ...WECHAT_KEYS, 'readApiV2Key'],
  },
  /** It has the secrets of its channel and no others. */
  'notify-alipay': {
    audience: 'notification',
    routes: [`POST ${NOTIFY_ALIPAY_PATH}`],
    settings: ['WXPAY_STAGE'],
    needs: [...RECORD_FACTS],
  },
  settle: {
    settings: ['WXPAY_STAGE', 'WXPAY_MCHID', ...KEEPS_ORDERS, 'WXPAY_REFUND_RULES'],
    // Counts payments, for the share of them that is refunded.
    needs: [
      'readOrders',
      'writeOrders',
      'updateOrders',
      'readFacts',
      'updateFacts',
      'publishEvents',
      'receiveFacts',
    ],
  },
  'rotate-certs': {
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT],
    needs: [...WECHAT_KEYS, 'readApiV3Key', 'writePlatformKeys', 'receiveKeyRefresh'],
  },
  sweep: {
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT, ...KEEPS_ORDERS],
    needs: [
      'readFacts',
      'updateFacts',
      'listPendingFacts',
      'listDueOrders',
      'updateOrders',
      'readOrders',
      'writeOrders',
      ...RECORD_FACTS,
      ...WECHAT_KEYS,
    ],
  },
  reconcile: {
    settings: ['WXPAY_STAGE', ...CALLS_WECHAT, ...KEEPS_ORDERS],
    needs: [
      'listOrdersOfDay',
      // Its turn is an item that is moved on.
      'updateOrders',
      'readOrders',
      'writeOrders',
      'readFacts',
      ...RECORD_FACTS,
      ...WECHAT_KEYS,
      'keepReports',
      'publishEvents',
    ],
  },
} as const satisfies Readonly<Record<string, OperationRow>>

type Table = typeof OPERATION_TABLE

export type Operation = keyof Table

/** The channel without which a stage does not have an operation. Those that are not here are in every stage. */
export const CHANNEL_OF = {
  notify: 'wechat',
  'notify-v2': 'wechat',
  'rotate-certs': 'wechat',
  'notify-alipay': 'alipay',
} as const satisfies { readonly [Name in Operation]?: Provider }

/** The operations that API Gateway calls. */
export type HttpOperation = {
  readonly [Name in Operation]: Table[Name] extends { readonly routes: unknown } ? Name : never
}[Operation]

/** `POST /v1/payments`, as API Gateway names the route of a request. */
export type RouteKey<Name extends HttpOperation = HttpOperation> = Table[Name]['routes'][number]

/** The environment variables of an operation: its settings, and the names of what it needs. */
export type VariableOf<Name extends Operation = Operation> =
  | Table[Name]['settings'][number]
  | VariableOfNeed<Table[Name]['needs'][number]>

/** The same as a list, each once. */
export function variablesOf(operation: Operation): readonly VariableOf[] {
  const { settings, needs } = OPERATION_TABLE[operation]
  const named = needs.flatMap((name) => {
    const need = NEEDS[name]
    return 'variable' in need ? [need.variable] : []
  })
  return [...new Set([...settings, ...named])]
}

/** What the check before a release is told, which is no operation. */
export const RELEASE_VARIABLES = [
  'LAMBDA_URL',
  'CODEDEPLOY_URL',
  'NOTIFY_FUNCTION_NAME',
  'NOTIFY_VERSION',
] as const

export type ReleaseVariable = (typeof RELEASE_VARIABLES)[number]
