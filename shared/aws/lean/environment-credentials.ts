/**
 * In a bundle it stands in place of `@aws-sdk/credential-provider-node`: Lambda hands the credentials of a function's role to
 * its environment, so that nobody has to look for them in files, in SSO, or at a metadata service.
 */
import { env } from 'node:process'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * The provider that a client asks before its first call.
 *
 * @throws Error when the environment has no credentials; the names of the variables alone are in it.
 */
export function defaultProvider(): () => Promise<Credentials> {
  // Read by a promise, as every other provider does: a client has no other way to hear of what is missing.
  return () => new Promise((resolve) => resolve(readCredentials()))
}

function readCredentials(): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      'no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set, as Lambda does for the role of a function',
    )
  const { AWS_SESSION_TOKEN: sessionToken } = env
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}
