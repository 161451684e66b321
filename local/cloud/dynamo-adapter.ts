/** Adds to dynalite what it lacks: the item that failed a condition (ReturnValuesOnConditionCheckFailure), and settings of tables. */
import * as v from 'valibot'
import { operationOf, parseBody, requestFor } from './dynamo-engine.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'
import { completeTables } from './dynamo-tables.ts'
import { createKeyLocks } from './key-locks.ts'

const Attributes = v.record(v.string(), v.unknown())
const SingleWrite = v.object({
  TableName: v.string(),
  Item: v.optional(Attributes),
  Key: v.optional(Attributes),
  ReturnValuesOnConditionCheckFailure: v.optional(v.string()),
})
const BatchWrite = v.object({
  RequestItems: v.record(
    v.string(),
    v.array(
      v.object({
        PutRequest: v.optional(v.object({ Item: Attributes })),
        DeleteRequest: v.optional(v.object({ Key: Attributes })),
      }),
    ),
  ),
})
const TableDescription = v.object({
  Table: v.object({ KeySchema: v.array(v.object({ AttributeName: v.string() })) }),
})
const FoundItem = v.object({ Item: v.optional(Attributes) })
const ErrorBody = v.looseObject({ __type: v.string() })
const NamedTable = v.object({ TableName: v.string() })

const TABLE_CHANGES: ReadonlySet<string> = new Set(['CreateTable', 'UpdateTable', 'DeleteTable'])
const SINGLE_WRITES: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem'])

/** Tells whether an operation changes items. */
export function isWrite(operation: string): boolean {
  return SINGLE_WRITES.has(operation) || operation === 'BatchWriteItem'
}

/**
 * Wraps an engine.
 *
 * Writes to one key run one after the other, and the item that failed a condition is read before the next write of that
 * key starts: what comes back is the item that failed it, never a later one.
 */
export function completeEngine(bare: DynamoEngine): DynamoEngine {
  const engine = completeTables(bare)
  const locks = createKeyLocks()
  const keyNames = new Map<string, readonly string[]>()

  const keyNamesOf = async (request: DynamoRequest, table: string) => {
    const known = keyNames.get(table)
    if (known !== undefined) return known
    const answer = await engine(requestFor(request, 'DescribeTable', { TableName: table }))
    const described = v.safeParse(TableDescription, parseBody(answer))
    // An unknown table is the engine's to refuse.
    if (!described.success) return []
    const names = described.output.Table.KeySchema.map(({ AttributeName }) => AttributeName)
    keyNames.set(table, names)
    return names
  }

  const writeOne = async (request: DynamoRequest, write: v.InferOutput<typeof SingleWrite>) => {
    const { TableName } = write
    const key = pick(write.Key ?? write.Item ?? {}, await keyNamesOf(request, TableName))
    return locks.run([lockName(TableName, key)], async () => {
      const answer = await engine(request)
      if (write.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD' || !isConditionFailure(answer))
        return answer
      const found = await engine(
        requestFor(request, 'GetItem', { TableName, Key: key, ConsistentRead: true }),
      )
      const { Item } = v.parse(FoundItem, parseBody(found))
      return Item === undefined
        ? answer
        : { ...answer, body: JSON.stringify({ ...v.parse(ErrorBody, parseBody(answer)), Item }) }
    })
  }

  const writeMany = async (request: DynamoRequest, batch: v.InferOutput<typeof BatchWrite>) => {
    const names = Object.entries(batch.RequestItems).map(async ([table, writes]) => {
      const attributes = await keyNamesOf(request, table)
      return writes.map((write) =>
        lockName(table, pick(write.PutRequest?.Item ?? write.DeleteRequest?.Key ?? {}, attributes)),
      )
    })
    const keys = (await Promise.all(names)).flat()
    return locks.run(keys, () => engine(request))
  }

  return async (request) => {
    const operation = operationOf(request)
    const body = parseBody(request)
    if (TABLE_CHANGES.has(operation) && v.is(NamedTable, body)) keyNames.delete(body.TableName)
    // What does not even have the right shape is the engine's to refuse, in DynamoDB's words.
    if (SINGLE_WRITES.has(operation) && v.is(SingleWrite, body)) return writeOne(request, body)
    if (operation === 'BatchWriteItem' && v.is(BatchWrite, body)) return writeMany(request, body)
    return engine(request)
  }
}

function isConditionFailure(answer: DynamoAnswer): boolean {
  const error = answer.status === 400 ? parseBody(answer) : undefined
  return v.is(ErrorBody, error) && error.__type.endsWith('#ConditionalCheckFailedException')
}

function pick(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, attributes[name]]))
}

function lockName(table: string, key: object): string {
  return JSON.stringify([table, key])
}
