/** moto: another emulator of AWS, from PyPI; here for its DynamoDB alone. */
import { join } from 'node:path'
import { pinnedVersion, pythonEngine } from './python.ts'
import { startServer } from './server.ts'
import type { Server } from './server.ts'

export const MOTO = `moto ${await pinnedVersion('moto')}`

export async function startMoto(): Promise<Server> {
  const programs = await pythonEngine('moto')
  return startServer({
    command: join(programs, 'python3'),
    args: (port) => [join(import.meta.dirname, 'moto-one-at-a-time.py'), String(port)],
    env: () => ({}),
    ready: /Running on http/,
  })
}
