/** A merchant's notification endpoint: keeps what arrives, answers as told, lets tests wait for the n-th arrival. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { KeyBundle } from '#simulator/control-keys.ts'
import { listen } from '#simulator/listen.ts'
import { decryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import type { EncryptedResource } from '#shared/crypto/aead.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Verified } from '#shared/wechat/trust/signature.ts'

export interface Arrival {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Receiver {
  readonly url: string
  readonly arrivals: Arrival[]
  /** What to answer; 204 at first. */
  respond: (response: ServerResponse, arrival: Arrival) => void
  /** Resolves when at least `n` have arrived. */
  arrived(n: number): Promise<void>
  stop(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = []
  const waiting: { n: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const arrival = { method: request.method ?? '', headers: request.headers, body: Buffer.concat(chunks) }
      arrivals.push(arrival)
      receiver.respond(response, arrival)
      for (const entry of waiting) if (arrivals.length >= entry.n) entry.resolve()
    })
  })
  const { url, close } = await listen(server, 0, 'the merchant')
  const receiver: Receiver = {
    url: `${url}/notify`,
    arrivals,
    respond: (response) => response.writeHead(204).end(),
    arrived: (n) =>
      arrivals.length >= n ? Promise.resolve() : new Promise((resolve) => waiting.push({ n, resolve })),
    stop: close,
  }
  return receiver
}

/** Verifies an arrival or answer with the product's own verification. */
export function verify(keys: KeyBundle, { headers, body }: Pick<Arrival, 'headers' | 'body'>): Verified {
  const ring = createKeyRing([
    ...keys.platform.certificates.map(({ serial_no, certificate_pem }) => ({
      serial: serial_no,
      kind: 'certificate' as const,
      pem: certificate_pem,
    })),
    { serial: keys.public_key.id, kind: 'public_key' as const, pem: keys.public_key.public_key_pem },
  ])
  return verifySignature(ring, { headers, body, now: Date.now() })
}

/** The fields of a notification's envelope that tests look at. */
interface Envelope {
  readonly id: string
  readonly event_type: string
  readonly resource: EncryptedResource
}

export function envelopeOf(arrival: Arrival): Envelope {
  return JSON.parse(arrival.body.toString('utf8')) as Envelope
}

/** The fields of decrypted content that tests look at. */
interface Resource {
  readonly trade_state?: string
  readonly success_time?: string
  readonly [field: string]: unknown
}

/** Decrypts an arrival; undefined when the key does not fit. */
export function resourceOf(apiv3Key: string, arrival: Arrival): Resource | undefined {
  const plain = decryptResource([loadApiV3Key(apiv3Key)], envelopeOf(arrival).resource)
  return plain === undefined ? undefined : (JSON.parse(plain.toString('utf8')) as Resource)
}
