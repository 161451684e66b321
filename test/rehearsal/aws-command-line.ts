/** The aws command line of version 2, if this machine has it: the one that AWS_CLI names, or `aws`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface AwsCommandLine {
  readonly path: string
  readonly version: string
}

/** The first that knows AWS_ENDPOINT_URL and moves dead letters. */
const OLDEST = [2, 15] as const

/** @returns the program, or why there is none */
export async function findAwsCommandLine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AwsCommandLine | string> {
  const named = environment['AWS_CLI'] ?? ''
  const path = named === '' ? 'aws' : named
  const printed = await promisify(execFile)(path, ['--version']).then(
    ({ stdout }) => stdout,
    () => '',
  )
  const [, version = '', major, minor] = /^aws-cli\/((\d+)\.(\d+)\.\d+)/.exec(printed) ?? []
  if (version === '') return `there is no ${path} on this machine`
  const known = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1])
  return known ? { path, version } : `${path} is of version ${version}, and ${OLDEST.join('.')} is needed`
}
