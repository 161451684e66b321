/** Signs merchant requests as the AWS SDK does (Signature Version 4), for a stack that asks for it. */
import { createHash, createHmac, type BinaryLike } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'

/** The hash that the SDK's signer asks for, on node:crypto. */
class Sha256 {
  readonly #hash
  constructor(secret?: BinaryLike) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data: BinaryLike): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {}
}

export interface IamRequest {
  readonly origin: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface IamIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

/** @returns all headers of the signed request */
export async function iamHeaders(
  { origin, method, path, headers = {}, body }: IamRequest,
  { region, ...credentials }: IamIdentity,
): Promise<Record<string, string>> {
  const { host, hostname } = new URL(origin)
  const signer = new SignatureV4({ credentials, region, service: 'execute-api', sha256: Sha256 as never })
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path,
    query: {},
    headers: { host, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  return signed.headers
}
