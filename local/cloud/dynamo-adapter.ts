/** Adds to dynalite what it lacks: the item that failed a condition (ReturnValuesOnConditionCheckFailure) and UpdateTimeToLive. */
import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { operationOf, requestFor } from './dynamo-engine.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'
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
const TimeToLive = v.object({
  TableName: v.string(),
  TimeToLiveSpecification: v.object({ AttributeName: v.string(), Enabled: v.boolean() }),
})

const NamedTable = v.object({ TableName: v.string() })
const TableStatus = v.object({ Table: v.object({ TableStatus: v.string() }) })

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
export function completeEngine(engine: DynamoEngine): DynamoEngine {
  const locks = createKeyLocks()
  const keyNames = new Map<string, readonly string[]>()
  const timeToLive = new Map<string, object>()

  const keyNamesOf = async (request: DynamoRequest, table: string) => {
    const known = keyNames.get(table)
    if (known !== undefined) return known
    const answer = await engine(requestFor(request, 'DescribeTable', { TableName: table }))
    const described = v.safeParse(TableDescription, parseJson(answer.body))
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
      const { Item } = v.parse(FoundItem, parseJson(found.body))
      return Item === undefined
        ? answer
        : { ...answer, body: JSON.stringify({ ...v.parse(ErrorBody, parseJson(answer.body)), Item }) }
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

  const setTimeToLive = async (request: DynamoRequest, body: unknown) => {
    const { TableName, TimeToLiveSpecification } = v.parse(TimeToLive, body)
    const answer = await engine(requestFor(request, 'DescribeTable', { TableName }))
    if (answer.status !== 200) return answer
    const { AttributeName, Enabled } = TimeToLiveSpecification
    if (Enabled) timeToLive.set(TableName, { AttributeName, TimeToLiveStatus: 'ENABLED' })
    else timeToLive.delete(TableName)
    return { ...answer, body: JSON.stringify({ TimeToLiveSpecification }) }
  }

  const describeTimeToLive = async (request: DynamoRequest, body: unknown) => {
    const answer = await engine(request)
    const description = timeToLive.get(v.parse(NamedTable, body).TableName)
    if (answer.status !== 200 || description === undefined) return answer
    return { ...answer, body: JSON.stringify({ TimeToLiveDescription: description }) }
  }

  const changeTable = async (request: DynamoRequest, TableName: string) => {
    keyNames.delete(TableName)
    timeToLive.delete(TableName)
    const answer = await engine(request)
    // A table is of use as soon as this answer is out: nobody on one machine wants to wait and ask.
    while (await isChanging(request, TableName)) await setImmediate()
    return answer
  }

  const isChanging = async (request: DynamoRequest, TableName: string) => {
    const { body } = await engine(requestFor(request, 'DescribeTable', { TableName }))
    const described = v.safeParse(TableStatus, parseJson(body))
    return described.success && described.output.Table.TableStatus !== 'ACTIVE'
  }

  return async (request) => {
    const operation = operationOf(request)
    const body = parseJson(request.body)
    if (TABLE_CHANGES.has(operation) && v.is(NamedTable, body)) return changeTable(request, body.TableName)
    // What does not even have the right shape is the engine's to refuse, in DynamoDB's words.
    if (SINGLE_WRITES.has(operation) && v.is(SingleWrite, body)) return writeOne(request, body)
    if (operation === 'BatchWriteItem' && v.is(BatchWrite, body)) return writeMany(request, body)
    if (operation === 'UpdateTimeToLive' && v.is(TimeToLive, body)) return setTimeToLive(request, body)
    if (operation === 'DescribeTimeToLive' && v.is(NamedTable, body)) return describeTimeToLive(request, body)
    return engine(request)
  }
}

function isConditionFailure({ status, body }: DynamoAnswer): boolean {
  const error = status === 400 ? parseJson(body) : undefined
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
