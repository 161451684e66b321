/** What operations have of a channel, whichever it is: `<channel>-ports.ts` makes it, `no-channel.ts` has none. */
import type { CallBudget } from '#shared/http/call-budget.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import type { Order } from '#shared/orders/order.ts'
import type {
  ClientParameters,
  PaymentChannel,
  PaymentMethod,
  PrepayBody,
} from '#shared/orders/payment-channel.ts'
import type { ChannelEnvironment } from './environment.ts'

/** To call it about orders and refunds. */
export interface CallPorts {
  readonly mchid: string
  readonly channel: PaymentChannel<PaymentMethod>
}

/** To have an order paid. */
export interface PlacePorts {
  readonly mchid: string
  readonly channel: Pick<PaymentChannel<PaymentMethod>, 'prepay'>
  /** The first one is the default. */
  readonly appids: readonly string[]
  /** Where the channel tells of payments. */
  readonly notifyUrl: string
  readonly payParams: (order: Order, body: PrepayBody) => Promise<ClientParameters | undefined>
}

/** To compare a day with its books. */
export interface BookPorts extends CallPorts {
  readonly bills: BillChannel
}

export interface CallOptions {
  readonly logger: Logger
  readonly metrics?: Metrics
  /**
   * Makes what calls wait for, so that they are made once each. One for every channel: what fails at one is not to slow another
   * down. Without it they wait for nothing and are repeated where that is safe.
   */
  readonly budget?: () => CallBudget
  /** Whether to leave out the first address of a channel that has two. */
  readonly onlyBackup?: () => Promise<boolean>
}

export type CallEnvironment = ChannelEnvironment<
  | 'WXPAY_MCHID'
  | 'WXPAY_API_URL'
  | 'WXPAY_API_BACKUP_URL'
  | 'MERCHANT_SIGNING_SECRET_ID'
  | 'PLATFORM_KEYS_SECRET_ID'
>

export type PlaceEnvironment = CallEnvironment &
  ChannelEnvironment<'WXPAY_APPIDS'> & { readonly WXPAY_NOTIFY_BASE_URL: string }
