/** What lasts: the stores, the secrets, and the watches over them. */
import { orderFact } from '#shared/facts/fact.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { createDynamoModel } from './dynamo-model.ts'
import { createFactWatch } from './fact-watch.ts'
import type { Generation, Keys } from './keys.ts'
import { createOrderWatch } from './order-watch.ts'
import { ALIPAY_REFUNDS, createRefundSends, WECHAT_REFUNDS } from './refund-sends.ts'
import type { Violations } from './violations.ts'

/** What a notification told: of a payment, or of a refund. */
export interface ToldContent {
  /** The account. */
  readonly mchid: string
  readonly out_trade_no: string
  readonly transaction_id: string
  readonly out_refund_no?: string
  readonly refund_status?: string
}

export type State = ReturnType<typeof createState>

export function createState(violations: Violations, keys: Keys) {
  const orderWatch = createOrderWatch(violations)
  const dynamo = createDynamoModel()
  const { client } = dynamo
  let ids = 0
  const newId = () => `id-${(ids += 1)}`
  const facts = createDynamoFactStore({ client, tableName: 'facts', newClaimId: newId })
  const orders = createDynamoOrderStore({
    client,
    tableName: 'orders',
    newWriteId: newId,
    readFact: async (key) => orderFact(await facts.get(key)),
  })
  const secrets: {
    platform: { version: number; records: readonly PlatformKeyRecord[] }
    /** Current first, then the previous one. */
    apiV3: readonly Generation[]
  } = { platform: { version: 1, records: [keys.records[0]!] }, apiV3: [0] }
  return {
    violations,
    dynamo,
    newId,
    /** For whoever looks from outside: nothing goes wrong on the way. */
    orders,
    facts,
    orderWatch,
    factWatch: createFactWatch(violations),
    refundSends: {
      wechat: createRefundSends(violations, orderWatch.orders, WECHAT_REFUNDS),
      alipay: createRefundSends(violations, orderWatch.orders, ALIPAY_REFUNDS),
    },
    secrets,
    /** What WeChat signs and seals with. */
    wechatKeys: { signer: 0 as Generation, listed: [0] as readonly Generation[], apiV3: 0 as Generation },
    /** Whether somebody can pay the order at its channel now. */
    isPayable: (_account: string, _number: string): boolean => false,
    /** When each fact was stored, epoch ms. */
    storedAt: new Map<string, number>(),
    /** When calls of the sweep failed at the wire in the last second, epoch ms. */
    failures: { wechat: [] as number[], alipay: [] as number[] },
    /** Of the deployed release. */
    settings: { notifyUrl: 'https://notify.example.com/' },
    /** What was notified and answered as taken. */
    told: [] as ToldContent[],
    /** Orders and refunds, by account and number, of which a channel tells what cannot be true together. */
    contradicted: new Set<string>(),
    /** What the indexes answered last, by query. */
    listed: new Map<string, unknown>(),
  }
}
