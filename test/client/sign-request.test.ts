/** Our short signer says what that of the SDK says. */
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { signRequest } from '#client/sign-request.ts'
import type { Signer } from '#client/sign-request.ts'
import { KEYS } from './fixture.ts'

const NOW_MS = Date.parse('2026-11-26T04:05:06.789Z')
const sha256 = Hash.bind(null, 'sha256')
const { sessionToken: _, ...WITHOUT_TOKEN } = KEYS

interface OurSigner extends Pick<Signer, 'service'> {
  readonly credentials: typeof WITHOUT_TOKEN
}
type Asked = Parameters<typeof signRequest>[0]

async function theirs({ method, url, headers, body }: Asked, { credentials, service }: OurSigner) {
  const signer = new SignatureV4({
    service,
    region: 'cn-north-1',
    credentials,
    sha256,
    applyChecksum: false,
  })
  const names = [...url.searchParams.keys()]
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)])),
    headers: { ...headers, host: url.host },
    ...(body === undefined ? {} : { body }),
  }
  const options = { signingDate: new Date(NOW_MS), unsignableHeaders: new Set(['traceparent']) }
  return (await signer.sign(request, options)).headers
}

const ours = (request: Asked, signer: OurSigner) =>
  signRequest(request, { ...signer, region: 'cn-north-1', nowMs: NOW_MS })

const signers = fc.record({
  credentials: fc.constantFrom(KEYS, WITHOUT_TOKEN),
  service: fc.constantFrom('execute-api' as const, 'lambda' as const),
})

const piece = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text.isWellFormed())
/** No number of a path is empty. */
const filled = piece.filter((text) => text !== '' && !/^\.{1,2}$/.test(text))
const name = fc.constantFrom('refresh', 'a', 'a-b', 'a=b', 'A', '钱')
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  url: fc
    .tuple(fc.array(filled, { maxLength: 3 }), fc.array(fc.tuple(name, piece), { maxLength: 3 }))
    .map(([path, query]) => {
      const url = new URL(
        `https://a1b2.execute-api.cn-north-1.amazonaws.com.cn:8443/v1${path.map((each) => `/${encodeURIComponent(each)}`).join('')}`,
      )
      for (const [name, value] of query) url.searchParams.append(name, value)
      return url
    }),
  headers: fc.constantFrom(
    {},
    {
      'content-type': 'application/json',
      'x-request-id': 'mine-1',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    },
  ),
  body: fc.option(piece, { nil: undefined }),
})

it('of any request', async () => {
  await fc.assert(
    fc.asyncProperty(requests, signers, async (request, signer) => {
      expect(ours(request, signer)).toEqual(await theirs(request, signer))
    }),
    { numRuns: 100 },
  )
})

it('and leaves a traceparent out, which tracing replaces on the way', () => {
  const url = new URL('https://x/v1/payments')
  const signed = (traceparent: string) =>
    ours(
      { method: 'GET', url, headers: { traceparent }, body: undefined },
      { credentials: KEYS, service: 'execute-api' },
    )
  expect(signed('a')['authorization']).toBe(signed('b')['authorization'])
  expect(signed('a')['traceparent']).toBe('a')
})
