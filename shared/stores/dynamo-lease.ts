/** A lease in DynamoDB: an item of its own, written under the condition that nobody else holds it. */
import { updateIf } from './dynamo.ts'
import type { Table } from './dynamo.ts'
import type { Lease } from '#shared/lease.ts'

const SET = 'SET claimed_until = :until, claim_id = :holder'
const FREE = 'attribute_not_exists(claimed_until) OR claimed_until <= :now'
/** Also what makes a repeat of a write whose answer was lost come to the same result. */
const OWN = 'claim_id = :holder'

interface DynamoLeaseOptions extends Table {
  /** In a table whose items are named by `order_key`. */
  readonly key: string
}

export function createDynamoLease({ key, ...table }: DynamoLeaseOptions): Lease {
  const Key = { order_key: { S: key } }
  return {
    async take(holder, { now, until }) {
      const taken = await updateIf(table, {
        Key,
        ConditionExpression: `${FREE} OR ${OWN}`,
        UpdateExpression: SET,
        ExpressionAttributeValues: {
          ':now': { N: String(now) },
          ':until': { N: String(until) },
          ':holder': { S: holder },
        },
      })
      return taken.written
    },
    async end(holder, at) {
      await updateIf(table, {
        Key,
        ConditionExpression: OWN,
        UpdateExpression: SET,
        ExpressionAttributeValues: { ':until': { N: String(at) }, ':holder': { S: holder } },
      })
    },
  }
}
