/** All functions of the stack: found by name, ARN or operation, invoked synchronously or asynchronously, killed at will. */
import { setTimeout as delay } from 'node:timers/promises'
import { LocalError } from '#local/local-error.ts'
import { startEnvironment } from './execution-environment.ts'
import { type FunctionDefinition, functionName } from './function-definition.ts'
import type { Credentials, ServiceEndpoints } from '#local/cloud/service-endpoints.ts'
import { functionEnvironment } from './function-environment.ts'
import type { FunctionLogs } from './function-logs.ts'
import { createFunctionPool, type FunctionPool } from './function-pool.ts'
import type { InvokeResult } from './invoke-result.ts'
import { startRuntimeApi } from './runtime-api.ts'

export interface LambdaService {
  readonly functions: readonly FunctionDefinition[]
  /**
   * The function that a name, an ARN (qualified or not) or an operation (`rotate-certs`) stands for.
   *
   * @throws LocalError listing the functions there are.
   */
  find(reference: string): FunctionDefinition
  /** Invokes and waits for the answer. Never rejects but for an unknown function. */
  invoke(reference: string, event: unknown): Promise<InvokeResult>
  /** The same with an event that is JSON already. */
  invokeWith(reference: string, payload: string): Promise<InvokeResult>
  /** Invokes as an asynchronous event: repeated after failures, 1 and 2 minutes later. Gives the last result. */
  invokeAsync(reference: string, event: unknown): Promise<InvokeResult>
  /** Kills the function's processes with SIGKILL and gives their ids. */
  kill(reference: string): Promise<readonly number[]>
  /** Ids of the function's processes. */
  pids(reference: string): readonly number[]
  stop(): Promise<void>
}

export interface LambdaServiceOptions {
  readonly functions: readonly FunctionDefinition[]
  readonly region: string
  readonly credentials: Credentials
  readonly endpoints: ServiceEndpoints
  readonly logs: FunctionLogs
  /** Divides the delays between asynchronous tries. */
  readonly timeScale: number
}

const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000]

/** Starts the Runtime API; processes start with the first invocation. */
export async function startLambda(options: LambdaServiceOptions): Promise<LambdaService> {
  const { functions, region, credentials, endpoints, logs } = options
  const runtimeApi = await startRuntimeApi()
  const stopping = new AbortController()

  const pools = new Map<FunctionDefinition, FunctionPool>(
    functions.map((definition) => [
      definition,
      createFunctionPool({
        maxConcurrency: definition.maxConcurrency,
        start: (onExit) =>
          startEnvironment({
            definition,
            runtimeApi,
            onExit,
            onLine: (line) => logs.append(definition.name, line),
            onReport: (report) => logs.report(definition.name, report),
            variablesOf: (runtimeApiAddress) =>
              functionEnvironment({ definition, region, credentials, endpoints, runtimeApiAddress }),
          }),
      }),
    ]),
  )

  const find = (reference: string) => findFunction(functions, reference)

  function poolOf(reference: string): FunctionPool {
    const pool = pools.get(find(reference))
    if (pool === undefined) throw new LocalError(`${reference} has no processes`)
    return pool
  }

  async function invokeAsync(reference: string, event: unknown): Promise<InvokeResult> {
    const retries = find(reference).asyncRetries
    const payload = JSON.stringify(event)
    for (let attempt = 0; ; attempt++) {
      const result = await poolOf(reference).invoke(payload)
      if (result.ok || attempt >= retries || stopping.signal.aborted) return result
      const delayMs = (ASYNC_RETRY_DELAYS_MS[attempt] ?? 120_000) / options.timeScale
      const waited = delay(delayMs, true, { signal: stopping.signal }).catch(() => false)
      if (!(await waited)) return result
    }
  }

  return {
    functions,
    find,
    invoke: (reference, event) => poolOf(reference).invoke(JSON.stringify(event)),
    invokeWith: (reference, payload) => poolOf(reference).invoke(payload),
    invokeAsync,
    kill: (reference) => poolOf(reference).kill(),
    pids: (reference) => poolOf(reference).pids(),
    async stop() {
      stopping.abort()
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
      await runtimeApi.stop()
    },
  }
}

function findFunction(functions: readonly FunctionDefinition[], reference: string): FunctionDefinition {
  const name = functionName(reference)
  const found = functions.find((definition) =>
    [definition.name, definition.operation, definition.logicalId].includes(name),
  )
  if (found !== undefined) return found
  const names = functions.map(({ operation }) => operation).join(', ') || 'none'
  throw new LocalError(`there is no function ${reference}; there are: ${names}`)
}
