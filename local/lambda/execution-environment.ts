/** One process of a function: started cold, given one invocation at a time, killed when it breaks a limit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FunctionDefinition } from './function-definition.ts'
import { nodeFlags } from './function-environment.ts'
import { type InvokeResult, platformError } from './invoke-result.ts'
import { residentBytes } from './resident-memory.ts'
import type { Invocation, RuntimeApi } from './runtime-api.ts'

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.cjs')
/** Lambda gives the start of a process this much time beside the function's own. */
const INIT_LIMIT_MS = 10_000
const MEMORY_CHECK_MS = 100

export interface EnvironmentOptions {
  readonly definition: FunctionDefinition
  readonly runtimeApi: RuntimeApi
  readonly variablesOf: (runtimeApiAddress: string) => Record<string, string>
  readonly onLine: (line: string) => void
  readonly onReport: (report: InvocationReport) => void
  readonly onExit: (environment: ExecutionEnvironment) => void
}

/** What Lambda measures of an invocation. */
export interface InvocationReport {
  readonly requestId: string
  readonly durationMs: number
  readonly usedMb: number
  /** Of the first one of a process: how long that took to start. */
  readonly initMs?: number | undefined
}

export interface ExecutionEnvironment {
  readonly pid: number | undefined
  readonly isBusy: () => boolean
  /**
   * Runs one invocation. Never rejects. `not_delivered`: this process, warm from before, ended before it took the
   * invocation, so another may have it.
   */
  readonly invoke: (payload: string) => Promise<InvokeResult | 'not_delivered'>
  /** Kills the process with SIGKILL, as Lambda does; resolves when it is gone. */
  readonly kill: () => Promise<void>
}

interface Current {
  readonly requestId: string
  readonly payload: string
  readonly settle: (result: InvokeResult | 'not_delivered') => void
  deliveredAtMs: number | undefined
  timer: NodeJS.Timeout
}

/** Starts a process. It asks for its first invocation when its module is loaded. */
export function startEnvironment(options: EnvironmentOptions): ExecutionEnvironment {
  const { definition, runtimeApi, onLine } = options
  const id = randomUUID()
  const startedAtMs = Date.now()
  let initialized = false
  /** Reported once, by the first invocation. */
  let initMs: number | undefined
  let current: Current | undefined
  let waiting: ((invocation: Invocation) => void) | undefined
  /** Why we killed the process, or what it said itself, before it ended. */
  let verdict: ((requestId: string) => InvokeResult) | undefined

  runtimeApi.register(id, {
    next: async () => {
      if (!initialized) initMs = Date.now() - startedAtMs
      initialized = true
      const invocation = new Promise<Invocation>((resolve) => {
        waiting = resolve
      })
      deliver()
      return invocation
    },
    respond: (requestId, payload) => {
      const tooLarge = () =>
        platformError(
          'Function.ResponseSizeTooLarge',
          'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        )
      return settle(requestId, payload === undefined ? tooLarge() : { ok: true, payload })
    },
    fail: (requestId, error) => settle(requestId, { ok: false, error }),
    failInit: (error) => {
      verdict = () => ({ ok: false, error })
    },
  })

  const child = spawn(process.execPath, [...nodeFlags(definition), BOOTSTRAP], {
    cwd: definition.codeDirectory,
    env: options.variablesOf(runtimeApi.addressOf(id)),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C is for the stack, which then ends its processes in order.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end(code, signal)
      resolve()
    })
    child.once('error', () => {
      end(1, null)
      resolve()
    })
  })
  const memory = setInterval(watchMemory, MEMORY_CHECK_MS)

  function deliver(): void {
    // The process asks for the next one before what came of the last has been read.
    if (current === undefined || current.deliveredAtMs !== undefined || waiting === undefined) return
    const take = waiting
    waiting = undefined
    clearTimeout(current.timer)
    const timeoutMs = definition.timeoutSeconds * 1000
    current.timer = setTimeout(timeOut, timeoutMs)
    current.deliveredAtMs = Date.now()
    const { requestId, payload } = current
    take({ requestId, payload, deadlineMs: current.deliveredAtMs + timeoutMs, functionArn: definition.arn })
  }

  function settle(requestId: string, result: InvokeResult | 'not_delivered'): boolean {
    if (current?.requestId !== requestId) return false
    const { timer, settle: done, deliveredAtMs } = current
    clearTimeout(timer)
    if (deliveredAtMs !== undefined) report(requestId, Date.now() - deliveredAtMs, child)
    current = undefined
    done(result)
    return true
  }

  function report(requestId: string, durationMs: number, { pid }: ChildProcess): void {
    const usedMb = Math.ceil((residentBytes(pid ?? 0) ?? 0) / 1024 / 1024)
    options.onReport({ requestId, durationMs, usedMb, initMs })
    const memory = `Memory Size: ${definition.memoryMb} MB\tMax Memory Used: ${usedMb} MB`
    const init = initMs === undefined ? '' : `\tInit Duration: ${initMs} ms`
    if (definition.reports)
      onLine(`REPORT RequestId: ${requestId}\tDuration: ${durationMs} ms\t${memory}${init}`)
    initMs = undefined
  }

  function timeOut(): void {
    const seconds = definition.timeoutSeconds.toFixed(2)
    verdict = (requestId) =>
      platformError(
        'Sandbox.Timedout',
        `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
      )
    child.kill('SIGKILL')
  }

  function watchMemory(): void {
    const used = current === undefined ? undefined : residentBytes(child.pid ?? 0)
    if (used !== undefined && used > definition.memoryMb * 1024 * 1024) child.kill('SIGKILL')
  }

  function end(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(memory)
    runtimeApi.unregister(id)
    if (current !== undefined) {
      const { requestId } = current
      const unseen = initialized && current.deliveredAtMs === undefined
      const result = verdict?.(requestId) ?? exitError(requestId, code, signal)
      if (!unseen && !result.ok) onLine(result.error.errorMessage)
      settle(requestId, unseen ? 'not_delivered' : result)
    }
    options.onExit(environment)
  }

  const environment: ExecutionEnvironment = {
    pid: child.pid,
    isBusy: () => current !== undefined,
    invoke: (payload) =>
      new Promise((resolve) => {
        const timer = setTimeout(timeOut, INIT_LIMIT_MS + definition.timeoutSeconds * 1000)
        current = { requestId: randomUUID(), payload, settle: resolve, deliveredAtMs: undefined, timer }
        deliver()
      }),
    kill: () => {
      child.kill('SIGKILL')
      return gone
    },
  }
  return environment
}

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
}

function exitError(requestId: string, code: number | null, signal: NodeJS.Signals | null): InvokeResult {
  const how =
    signal !== null
      ? `with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`
      : code === 0
        ? 'without providing a reason'
        : `with error: exit status ${code}`
  return platformError('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited ${how}`)
}
