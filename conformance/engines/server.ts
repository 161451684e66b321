/** A program of an engine that serves until it is stopped. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

export interface Server {
  readonly url: string
  /** What it printed so far. */
  readonly printed: () => string
  stop(): Promise<void>
}

export interface Program {
  readonly command: string
  readonly args: (port: number) => readonly string[]
  readonly env: (port: number) => Readonly<Record<string, string>>
  /** What it prints once it listens. */
  readonly ready: RegExp
}

/** Starts it on a free port of this machine and waits until it says that it listens. @throws Error with what it printed, if it ends before. */
export async function startServer({ command, args, env, ready }: Program): Promise<Server> {
  const port = await freePort()
  const child = spawn(command, args(port), {
    env: { ...process.env, ...env(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group, so that what it started ends with it.
    detached: true,
  })
  let printed = ''
  const exited = once(child, 'exit')
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed += data.toString()
      if (ready.test(printed)) resolve()
    })
  }
  await Promise.race([
    listening,
    exited.then(() => Promise.reject(new Error(`${command} ended before it listened: ${printed}`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    printed: () => printed,
    async stop() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
      await exited
    },
  }
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
