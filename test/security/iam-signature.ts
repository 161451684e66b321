/** Signs merchant requests as the AWS SDK does (Signature Version 4), for a stack that asks for it. */
import { createRequestSigner } from '#shared/aws/request-signer.ts'

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
export function iamHeaders(
  { origin, path, ...request }: IamRequest,
  { region, ...credentials }: IamIdentity,
): Promise<Record<string, string>> {
  const sign = createRequestSigner({ region, credentials })
  return sign({ service: 'execute-api', url: new URL(origin + path), ...request })
}
