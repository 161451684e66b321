import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { completeEngine } from '#local/cloud/dynamo-adapter.ts'
import type { DynamoAnswer, DynamoEngine } from '#local/cloud/dynamo-engine.ts'
import { operationOf } from '#local/cloud/dynamo-engine.ts'

const REFUSED = {
  __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
  message: 'refused',
}

interface WireItem {
  readonly id: { readonly S: string }
  readonly value: { readonly S: string }
}

interface Body {
  readonly Key?: WireItem
  readonly Item?: WireItem
  readonly ConditionExpression?: string
  readonly RequestItems?: { readonly t: ReadonlyArray<{ readonly PutRequest: { readonly Item: WireItem } }> }
}

describe('writes to one key of the local DynamoDB', () => {
  it('wait for the item of a failed condition to be read', async () => {
    const dynamo = completeEngine(slowEngine(new Map([['k', '1']])))
    const [refused] = await Promise.all([
      dynamo(write('k', { condition: true })),
      dynamo(write('k', { value: '2' })),
      dynamo(batch('k', '3')),
    ])
    expect(JSON.parse(refused.body)).toEqual({ ...REFUSED, Item: { id: { S: 'k' }, value: { S: '1' } } })
  })

  it('end in the order of their arrival', async () => {
    const items = new Map<string, string>()
    const dynamo = completeEngine(slowEngine(items))
    await dynamo(write('k', { value: '0' }))
    await Promise.all(['1', '2', '3'].map((value) => dynamo(write('k', { value }))))
    expect(items.get('k')).toBe('3')
  })

  it('go on after one of them broke', async () => {
    const engine = slowEngine(new Map())
    const dynamo = completeEngine((request) =>
      request.body.includes('break') ? Promise.reject(new Error('broken')) : engine(request),
    )
    await expect(dynamo(write('k', { value: 'break' }))).rejects.toThrow('broken')
    expect(await dynamo(write('k', { value: '1' }))).toMatchObject({ status: 200 })
  })
})

/** Takes effect at once and answers a while later, so that everything else gets the chance to come in between. */
function slowEngine(items: Map<string, string>): DynamoEngine {
  return async (request) => {
    const answer = effect(items, operationOf(request), JSON.parse(request.body))
    await setImmediate()
    await setImmediate()
    return answer
  }
}

function effect(items: Map<string, string>, operation: string, body: Body): DynamoAnswer {
  const answer = (content: object, status = 200) => ({ status, headers: {}, body: JSON.stringify(content) })
  if (operation === 'DescribeTable') return answer({ Table: { KeySchema: [{ AttributeName: 'id' }] } })
  if (operation === 'GetItem') {
    const { id } = body.Key!
    return answer({ Item: { id, value: { S: items.get(id.S) } } })
  }
  if (body.ConditionExpression !== undefined) return answer(REFUSED, 400)
  const item = body.Item ?? body.RequestItems!.t[0]!.PutRequest.Item
  items.set(item.id.S, item.value.S)
  return answer({})
}

function write(id: string, { value = '', condition = false }) {
  const failing = { ConditionExpression: 'never', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
  const item = { id: { S: id }, value: { S: value } }
  return request('PutItem', { TableName: 't', Item: item, ...(condition ? failing : {}) })
}

function batch(id: string, value: string) {
  return request('BatchWriteItem', {
    RequestItems: { t: [{ PutRequest: { Item: { id: { S: id }, value: { S: value } } } }] },
  })
}

function request(operation: string, body: object) {
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` }
  return { method: 'POST', url: '/', headers, body: JSON.stringify(body) }
}
