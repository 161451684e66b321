/** Orders in DynamoDB: one item an order, every write conditional on the version that was read. */
import { randomUUID } from 'node:crypto'
import { listShard } from './dynamo-shards.ts'
import type { ShardedIndex } from './dynamo-shards.ts'
import { getItem, putIf, putIfFree, updateIf } from './dynamo.ts'
import type { Table } from './dynamo.ts'
import {
  claimedFrom,
  claimIdOf,
  dueOrderOf,
  GIVEN_BACK,
  orderFromItem,
  orderToItem,
  pointerTarget,
  pointerToItem,
  writeIdOf,
} from './order-item.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import type { ReadFact } from './order-item.ts'
import { AppError } from '#shared/errors.ts'
import { refundPointerKey } from '#shared/orders/order-key.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Order } from '#shared/orders/order.ts'

const ABSENT = 'attribute_not_exists(order_key)'
const NOBODY_ELSES = 'attribute_not_exists(order_key) OR target = :free OR target = :own'
const VERSION_IS_PREVIOUS = '#version = :previous'
const STILL_DUE = 'next_check_at = :due'
const NOBODY_HAS_IT = '(attribute_not_exists(claimed_until) OR claimed_until <= :now)'
/** Leaves `write_id` alone: a save whose answer was lost still knows itself. */
const CLAIM = 'SET claimed_until = :until, claim_id = :claim, #version = #version + :one'

export const DUE_INDEX: ShardedIndex = {
  name: 'due',
  shardAttribute: 'due_shard',
  timeAttribute: 'next_check_at',
}

interface DynamoOrderStoreOptions extends Table {
  /** Reads the facts that an order of form 1 does not hold. */
  readonly readFact: ReadFact
  /** The form that is written. @default 1 */
  readonly form?: OrderForm | undefined
  /** Names each write; must never repeat. @default randomUUID */
  readonly newWriteId?: () => string
}

/**
 * Creates the store.
 *
 * Calls fail with AppError `storage_unavailable` when DynamoDB cannot be reached or throttles: the outcome of a write is
 * unknown then, and repeating the operation is safe.
 */
export function createDynamoOrderStore({
  newWriteId = randomUUID,
  readFact,
  form = 1,
  ...table
}: DynamoOrderStoreOptions): OrderStore {
  return {
    async get(orderKey) {
      const item = await getItem(table, key(orderKey))
      return item === undefined ? undefined : orderFromItem(item, readFact)
    },
    async save(order) {
      const writeId = newWriteId()
      const put = await putIf(table, orderToItem(order, { writeId, form }), unchangedSince(order))
      // The SDK repeats a write whose answer was lost; the repeat then fails on the very item that the first try wrote.
      // Had another writer built upon that item meanwhile, this is false, and the caller finds its change on reading again.
      return put.written || writeIdOf(put.existing) === writeId
    },
    async claimRefundNumber(mchid, outRefundNo, orderKey, day) {
      const claimId = newWriteId()
      const pointer = pointerToItem(refundPointerKey(mchid, outRefundNo), { target: orderKey, claimId, day })
      const existing = await putIfFree(table, pointer, {
        ConditionExpression: NOBODY_ELSES,
        ExpressionAttributeValues: { ...FREE, ':own': { S: orderKey } },
      })
      return { holder: existing === undefined ? orderKey : (pointerTarget(existing) ?? orderKey), claimId }
    },
    async releaseRefundNumber(mchid, outRefundNo, claimId) {
      await updateIf(table, {
        Key: key(refundPointerKey(mchid, outRefundNo)),
        ConditionExpression: 'claim_id = :claim',
        UpdateExpression: 'SET target = :free',
        ExpressionAttributeValues: { ...FREE, ':claim': { S: claimId } },
      })
    },
    async findByRefundNumber(mchid, outRefundNo) {
      const item = await getItem(table, key(refundPointerKey(mchid, outRefundNo)))
      return item === undefined ? undefined : pointerTarget(item)
    },
    async listDue(shard, { now, limit, after }) {
      const from = after && { key: key(after.orderKey), time: after.dueAt }
      const { items, more } = await listShard(table, DUE_INDEX, { shard, upTo: now, limit, after: from })
      return { due: items.map(dueOrderOf), more }
    },
    async claim({ orderKey, dueAt }, { now, until }) {
      const claimId = newWriteId()
      const claim = await updateIf(table, {
        Key: key(orderKey),
        ConditionExpression: `${STILL_DUE} AND ${NOBODY_HAS_IT}`,
        UpdateExpression: CLAIM,
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ':due': { N: String(dueAt) },
          ':now': { N: String(now) },
          ':until': { N: String(until) },
          ':claim': { S: claimId },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
      }).catch(refusedClaim)
      if ('unreadable' in claim) return claim
      if (claim.written) return claimedFrom(claim.item, readFact)
      // The SDK repeats a write whose answer was lost; the repeat then fails on the claim that the first try made.
      return claimIdOf(claim.existing) === claimId ? claimedFrom(claim.existing, readFact) : undefined
    },
    async putOff({ orderKey, dueAt }, until) {
      await updateIf(table, {
        Key: key(orderKey),
        ConditionExpression: STILL_DUE,
        UpdateExpression: 'SET next_check_at = :until',
        ExpressionAttributeValues: { ':due': { N: String(dueAt) }, ':until': { N: String(until) } },
      })
    },
  }
}

/** An item whose version is no number, or that has no room for a claim, cannot be claimed by anybody: it is put off like one that cannot be read. */
function refusedClaim(error: unknown): { readonly unreadable: unknown } {
  if (error instanceof AppError && error.code === 'internal_error') return { unreadable: error }
  throw error
}

const FREE = { ':free': { S: GIVEN_BACK } }

function unchangedSince({ version }: Order) {
  if (version === 1) return { ConditionExpression: ABSENT }
  return {
    ConditionExpression: VERSION_IS_PREVIOUS,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':previous': { N: String(version - 1) } },
  }
}

function key(orderKey: string) {
  return { order_key: { S: orderKey } }
}
