/** Counts the units of whatever a client asks for, where its requests leave it. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createDynamoMeter } from '../dynamo-units.ts'
import type { DynamoMeter } from '../dynamo-units.ts'

/** Request units so far. */
export interface Units {
  readonly reads: number
  readonly writes: number
}

export function countedBy(client: DynamoDBClient): DynamoMeter {
  const meter = createDynamoMeter()
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const body = partOf(args.request, 'body')
        const observed = (response: unknown) =>
          meter.observe(commandName.replace(/Command$/, ''), textOf(body), {
            status: Number(partOf(response, 'statusCode')),
            bytes: Number(partOf(partOf(response, 'headers'), 'content-length') ?? 0),
          })
        try {
          const result = await next(args)
          observed(result.response)
          return result
        } catch (error) {
          observed(partOf(error, '$response'))
          throw error
        }
      },
    { step: 'deserialize', priority: 'high', name: 'countUnits' },
  )
  return meter
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  throw new Error('a request of DynamoDB has a body')
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

export function differenceOf(after: Units, before: Units): Units {
  return { reads: after.reads - before.reads, writes: after.writes - before.writes }
}
