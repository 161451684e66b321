/** Signs merchant requests as the AWS SDK does (Signature Version 4), for a stack that asks for it. */
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '#test/support/sha256.ts'

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
