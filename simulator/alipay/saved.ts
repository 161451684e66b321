/** Everything that Alipay knows, as it is written to a file. */
import type { SavedAlipayKeys } from './keys.ts'
import type { Trade } from './ledger.ts'
import type { SavedDelivery } from './notifier.ts'

export interface SavedAlipay {
  readonly app_id: string
  readonly keys: SavedAlipayKeys
  readonly trades: readonly Trade[]
  readonly notifications: readonly SavedDelivery[]
}
