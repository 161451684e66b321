/** The few calls that the stores make of DynamoDB, with its errors turned into ours. Only this module and the stores know DynamoDB. */
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient, PutItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { AppError, nameOf } from '#shared/errors.ts'
import { fromAttributes, toAttributes } from './attributes.ts'
import type { Attributes } from './attributes.ts'

export type Item = Attributes

/** A table of one client. */
export interface Table {
  readonly client: DynamoDBClient
  readonly tableName: string
}

/** Turns a plain object into an item; attributes without a value are left out. */
export function toItem(plain: object): Item {
  return toAttributes(plain)
}

/** Turns an item into a plain object. @throws AppError `internal_error` for a number that JavaScript cannot hold. */
export function fromItem(item: Item): Record<string, unknown> {
  return fromAttributes(item)
}

/** Reads one item consistently. */
export async function getItem({ client, tableName }: Table, key: Item): Promise<Item | undefined> {
  const answer = await guarded('read', () =>
    client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true })),
  )
  return answer.Item
}

export type WriteOutcome =
  /** `item` as it is now, where the write asked for it (`ReturnValues`). */
  | { readonly written: true; readonly item?: Item | undefined }
  /** The condition failed; `existing` is the item that failed it, undefined when there is none. */
  | { readonly written: false; readonly existing: Item | undefined }

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

/** Writes one item if the condition holds: one request, which on failure brings back what was in the way. */
export async function putIf(
  { client, tableName }: Table,
  item: Item,
  condition: Condition,
): Promise<WriteOutcome> {
  try {
    const { Attributes } = await client.send(putCommand(tableName, item, condition))
    return { written: true, item: Attributes }
  } catch (error) {
    return notWritten(error)
  }
}

/**
 * Writes one item if its key is free.
 *
 * @param free the condition that says so: `attribute_not_exists(…)`, perhaps with what counts as free as well.
 * @returns what is stored under the key already, undefined when the item was written.
 */
export async function putIfFree(table: Table, item: Item, free: Condition): Promise<Item | undefined> {
  try {
    await table.client.send(putCommand(table.tableName, item, free))
    return undefined
  } catch (error) {
    const { existing } = notWritten(error)
    // Without the item nobody knows what is in the way; that must never pass for "nothing".
    if (existing === undefined)
      throw new AppError('storage_unavailable', 'DynamoDB did not return the stored item')
    return existing
  }
}

function putCommand(tableName: string, item: Item, condition: Condition): PutItemCommand {
  return new PutItemCommand({
    ...condition,
    TableName: tableName,
    Item: item,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
}

/** Updates one item if the condition holds: one request, which on failure brings back what was in the way. */
export async function updateIf(
  { client, tableName }: Table,
  update: Omit<UpdateItemCommandInput, 'TableName'>,
): Promise<WriteOutcome> {
  const command = new UpdateItemCommand({
    ...update,
    TableName: tableName,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  try {
    const { Attributes } = await client.send(command)
    return { written: true, item: Attributes }
  } catch (error) {
    return notWritten(error)
  }
}

/** A failed condition is an answer. @throws AppError for everything else */
function notWritten(error: unknown): Extract<WriteOutcome, { written: false }> {
  if (error instanceof ConditionalCheckFailedException) return { written: false, existing: error.Item }
  throw failureOf('write', error)
}

/** Says in our words what went wrong. A failed condition is an answer, not a failure, and passes through. */
export async function guarded<Result>(action: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw cause
    throw failureOf(action, cause)
  }
}

function failureOf(action: string, cause: unknown): AppError {
  const name = nameOf(cause)
  return cause instanceof DynamoDBServiceException && name === 'ValidationException'
    ? new AppError('internal_error', `DynamoDB refused the ${action} as not valid`, { cause })
    : new AppError('storage_unavailable', `the ${action} in DynamoDB failed: ${name}`, { cause })
}
