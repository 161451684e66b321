/** MiniStack: an emulator of AWS, from PyPI, without Docker. */
import { dirname, join } from 'node:path'
import { pinnedVersion, pythonEngine } from './python.ts'
import { startServer } from './server.ts'
import type { Server } from './server.ts'

export const MINISTACK = `MiniStack ${await pinnedVersion('ministack')}`

/** Any pair will do: it holds nobody to IAM. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } as const

/** @param environment of the functions that it runs, beside their own variables */
export async function startMinistack(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
  const programs = await pythonEngine('ministack')
  return startServer({
    command: join(programs, 'ministack'),
    args: () => [],
    env: (port) => ({
      ...environment,
      ...CREDENTIALS,
      AWS_DEFAULT_REGION: 'us-east-1',
      // It listens on every address unless told, and takes the first node of the path for functions.
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    }),
    ready: /Running on http/,
  })
}
