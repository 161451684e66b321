import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultProvider } from '#shared/aws/lean/environment-credentials.ts'
import { resolveEndpointDiscoveryConfig } from '#shared/aws/lean/no-endpoint-discovery.ts'
import { EventStreamSerde } from '#shared/aws/lean/no-event-streams.ts'

describe('the credentials of a function', () => {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}')
  })
  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  beforeEach(() => {
    seen.length = 0
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of-the-role')
  })

  async function call(): Promise<IncomingHttpHeaders | undefined> {
    const { port } = server.address() as AddressInfo
    const client = new DynamoDBClient({
      region: 'cn-north-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: defaultProvider(),
      maxAttempts: 1,
    })
    await client.send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'v' } } }))
    client.destroy()
    return seen[0]
  }

  it('sign its calls, with the token of the role beside them', async () => {
    vi.stubEnv('AWS_SESSION_TOKEN', 'token-of-the-role')
    const headers = await call()
    expect(headers?.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/cn-north-1\/dynamodb\/aws4_request/,
    )
    expect(headers?.['x-amz-security-token']).toBe('token-of-the-role')
  })

  it.each([[undefined], ['']])('need no token: %o', async (token) => {
    vi.stubEnv('AWS_SESSION_TOKEN', token)
    expect((await call())?.['x-amz-security-token']).toBeUndefined()
  })

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'are asked for when %s is missing',
    async (name) => {
      for (const nothing of [undefined, '']) {
        vi.stubEnv(name, nothing)
        await expect(call()).rejects.toThrow(
          'no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set',
        )
      }
      expect(seen).toEqual([])
    },
  )
})

describe('what a bundle leaves out', () => {
  it('leaves the configuration of a client as it is', () => {
    const configuration = { region: 'cn-north-1' }
    expect(resolveEndpointDiscoveryConfig(configuration)).toBe(configuration)
  })

  it('says so if it were ever called', () => {
    expect(EventStreamSerde).toThrow('this bundle has no event streams')
  })
})
