import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as checksums from '@smithy/core/checksum'
import * as lean from '#shared/aws/lean/node-checksums.ts'
import {
  booleanSelector,
  loadConfig,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
  resolveDefaultsModeConfig,
  resolveRegionConfig,
} from '#shared/aws/lean/environment-config.ts'
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

describe('the configuration of a function', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is what its environment says, read once', async () => {
    vi.stubEnv('AWS_REGION', 'cn-north-1')
    const region = loadConfig(NODE_REGION_CONFIG_OPTIONS)
    expect(await region()).toBe('cn-north-1')
    vi.stubEnv('AWS_REGION', 'us-east-1')
    expect(await region()).toBe('cn-north-1')
  })

  it('needs a region', async () => {
    vi.stubEnv('AWS_REGION', '')
    await expect(loadConfig(NODE_REGION_CONFIG_OPTIONS)()).rejects.toThrow('AWS_REGION must be set')
    expect(() => resolveRegionConfig({})).toThrow('Region is missing')
  })

  it.each([
    [undefined, false],
    ['false', false],
    ['true', true],
  ])('takes a flag that is %s', async (text, expected) => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', text)
    expect(await loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS)()).toBe(expected)
  })

  it('refuses a flag that is neither', async () => {
    expect(() => booleanSelector({ FLAG: 'yes' }, 'FLAG', 'env')).toThrow('Expected "true" or "false"')
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'yes')
    await expect(loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS)()).rejects.toThrow('AWS_USE_FIPS_ENDPOINT')
  })

  it('takes defaults that are made when they are asked for', async () => {
    const setting = { environmentVariableSelector: () => undefined, default: async () => 'made' }
    expect(await loadConfig(setting)()).toBe('made')
    expect(await resolveDefaultsModeConfig()()).toBe('legacy')
  })

  it.each(['a.example.com', 'us-east-1/', '-east', ''])('has no region %o in a host name', async (region) => {
    const resolved = resolveRegionConfig({ region: async () => region })
    await expect(resolved.region()).rejects.toThrow('not a valid part of a host name')
  })

  it('keeps the region and the endpoints that were given', async () => {
    const resolved = resolveRegionConfig({ region: 'cn-north-1', useFipsEndpoint: async () => true })
    expect([await resolved.region(), await resolved.useFipsEndpoint()]).toEqual(['cn-north-1', true])
    expect(await resolveRegionConfig({ region: 'us-east-1' }).useFipsEndpoint()).toBe(false)
  })
})

describe('the digests of a bundle are those of the SDK', () => {
  const pieces = [Buffer.from('支付'), Buffer.alloc(100, 7)]

  it.each([
    ['SHA-256', () => new lean.Sha256(), () => new checksums.Sha256()],
    ['HMAC', () => new lean.Sha256('a secret'), () => new checksums.Sha256('a secret')],
    ['HMAC of bytes', () => new lean.Sha256(pieces[1]), () => new checksums.Sha256(pieces[1])],
    ['MD5', () => new lean.Md5(), () => new checksums.Md5()],
    ['CRC32', () => new lean.Crc32(), () => new checksums.Crc32()],
  ])('%s, also after a reset', async (_, ours, theirs) => {
    const [one, other] = [ours(), theirs()]
    for (const round of [pieces, pieces.slice(1)]) {
      for (const piece of round) for (const digest of [one, other]) digest.update(piece)
      expect(Buffer.from(await one.digest())).toEqual(Buffer.from(await other.digest()))
      for (const digest of [one, other]) digest.reset()
    }
    expect(one.digestLength).toBe(other.digestLength)
  })

  it('take text as UTF-8 and buffers of any kind', async () => {
    const [one, other] = [new lean.Sha256(), new lean.Sha256()]
    one.update('支付')
    other.update(new Uint8Array(pieces[0]!).buffer)
    expect(await one.digest()).toEqual(await other.digest())
  })
})

describe('what a bundle leaves out', () => {
  it('leaves the configuration of a client as it is', () => {
    const configuration = { region: 'cn-north-1' }
    expect(resolveEndpointDiscoveryConfig(configuration)).toBe(configuration)
  })

  it('says so if it were ever called', () => {
    expect(EventStreamSerde).toThrow('this bundle has no event streams')
    expect(lean.readableStreamHasher).toThrow('this bundle hashes no streams')
  })
})
