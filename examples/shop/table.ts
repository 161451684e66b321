/** Orders in a DynamoDB table: what orders.ts keeps in memory, for functions that come and go. */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { STANDINGS } from './orders.ts'
import type { Orders } from './orders.ts'

const client = new DynamoDBClient()

export function ordersInTable(TableName: string): Orders {
  const read = async (id: string) =>
    (await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item
  return {
    async get(number) {
      const item = await read(number)
      const standing = STANDINGS[Number(item?.['standing']?.N)]
      if (item === undefined || standing === undefined) return undefined
      return { out_trade_no: number, code_url: item['code_url']?.S ?? '', standing }
    },
    async place(number, code_url) {
      const Item = { id: { S: number }, code_url: { S: code_url }, standing: { N: '0' } }
      await client.send(new PutItemCommand({ TableName, Item }))
    },
    async moveOn(number, standing) {
      const forward = new UpdateItemCommand({
        TableName,
        Key: { id: { S: number } },
        // Two functions may hear two events at the same moment: the table lets the further one stand.
        UpdateExpression: 'SET standing = :standing',
        ConditionExpression: 'standing < :standing',
        ExpressionAttributeValues: { ':standing': { N: String(STANDINGS.indexOf(standing)) } },
      })
      await client.send(forward).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      })
    },
    memory: {
      async get(key) {
        const version = (await read(key))?.['version']?.N
        return version === undefined ? undefined : Number(version)
      },
      async set(key, version) {
        // An event comes again after days at most: the table forgets it after a month.
        const until = Math.floor(Date.now() / 1000) + 30 * 24 * 60 * 60
        const Item = { id: { S: key }, version: { N: String(version) }, until: { N: String(until) } }
        await client.send(new PutItemCommand({ TableName, Item }))
      },
    },
  }
}
