/** Starts the second DynamoDB engine, a native binary that is only there on Linux x64. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import path from 'node:path'

/** Path of the binary, undefined where it is not installed. */
export function findDynoxide(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')
    return path.join(path.dirname(manifest), 'dynoxide')
  } catch {
    return undefined
  }
}

/** Starts it on a free port and waits until it says that it listens. @param database a file; in memory without one */
export async function startDynoxide(binary: string, database?: string) {
  const port = await freePort()
  const stored = database === undefined ? [] : ['--db-path', database]
  const child = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port), ...stored], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  await Promise.race([
    listening(child.stdout),
    listening(child.stderr),
    exited.then(() => Promise.reject(new Error('dynoxide ended before it listened'))),
  ])
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid === undefined ? [] : [child.pid],
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function listening(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (data: Buffer) => {
      if (data.includes('listening')) resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
