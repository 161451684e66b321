/** The credentials that Lambda gives a function. */
import { env } from 'node:process'
import type { Credentials } from './settings.ts'

/** A provider for the option `credentials`. @throws TypeError when the environment has none. */
export async function fromEnvironment(): Promise<Credentials> {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new TypeError('credentials: the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  const sessionToken = env['AWS_SESSION_TOKEN']
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}
