/** Signs HTTP requests with AWS Signature Version 4, for what has no client in the SDK or does not deserve one. */
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { type Clock, systemClock } from '#shared/clock.ts'

export interface RequestToSign {
  /** As in the credential scope: `execute-api`, `lambda`. */
  readonly service: string
  readonly method: string
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** Gives all headers of the signed request, `host` among them. */
export type SignRequest = (request: RequestToSign) => Promise<Record<string, string>>

type SignerOptions = ConstructorParameters<typeof SignatureV4>[0]

/** @param options.credentials as they are, or the provider of an SDK client. */
export function createRequestSigner({
  region,
  credentials,
  clock = systemClock,
}: Pick<SignerOptions, 'region' | 'credentials'> & { readonly clock?: Clock }): SignRequest {
  const sha256 = Hash.bind(null, 'sha256')
  return async ({ service, method, url, headers = {}, body }) => {
    const signer = new SignatureV4({ service, region, credentials, sha256 })
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(
        [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]),
      ),
      headers: { ...headers, host: url.host },
      ...(body === undefined ? {} : { body }),
    }
    return (await signer.sign(request, { signingDate: new Date(clock.now()) })).headers
  }
}
