/** What lasts: the stores, the secrets, and the watches over them. */
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { createFactWatch } from './fact-watch.ts'
import type { Generation, Keys } from './keys.ts'
import { createOrderWatch } from './order-watch.ts'
import { createRefundSends } from './refund-sends.ts'
import type { Violations } from './violations.ts'

export type State = ReturnType<typeof createState>

export function createState(violations: Violations, keys: Keys) {
  const orderWatch = createOrderWatch(violations)
  const secrets: {
    platform: { version: number; records: readonly PlatformKeyRecord[] }
    /** Current first, then the previous one. */
    apiV3: readonly Generation[]
  } = { platform: { version: 1, records: [keys.records[0]!] }, apiV3: [0] }
  return {
    violations,
    orders: createMemoryOrderStore(),
    facts: createMemoryFactStore(),
    orderWatch,
    factWatch: createFactWatch(violations),
    refundSends: createRefundSends(violations, orderWatch.orders),
    secrets,
    /** What WeChat signs and seals with. */
    wechatKeys: { signer: 0 as Generation, listed: [0] as readonly Generation[], apiV3: 0 as Generation },
    /** What the indexes answered last, by query. */
    listed: new Map<string, unknown>(),
  }
}
