/** A client that is a program of its own: it reads the setup, then calls, each as a line of JSON, and answers each with a line. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { NotOffered } from './client.ts'
import type { Answer, Client, Connection, Setup } from './client.ts'

export interface Program {
  readonly command: string
  readonly args: (setup: Setup) => readonly string[]
  readonly env: (setup: Setup) => Readonly<Record<string, string>>
}

interface Reply {
  readonly answer?: Answer
  readonly error?: string
  readonly not_offered?: boolean
}

/** Creates the client; what it prints on standard error is ours to read. */
export function processClient(name: string, version: string, program: Program): Client {
  return { name, version, connect: (setup) => connect(setup, program) }
}

async function connect(setup: Setup, { command, args, env }: Program): Promise<Connection> {
  const child = spawn(command, args(setup), {
    env: { ...process.env, ...env(setup) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  async function ask(line: unknown): Promise<Answer> {
    child.stdin.write(`${JSON.stringify(line)}\n`)
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the program ended')
    const { answer = {}, error, not_offered }: Reply = JSON.parse(value)
    if (not_offered === true) throw new NotOffered('no such call')
    if (error !== undefined) throw new Error(error)
    return answer
  }
  async function close(): Promise<void> {
    child.stdin.end()
    await ended
  }
  try {
    await ask(setup)
  } catch (error) {
    await close()
    throw error
  }
  return { call: (call, given) => ask({ call, given }), close }
}
