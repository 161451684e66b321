/** The processes of one function: warm ones are used again, more are started while all are busy, up to a limit. */
import type { ExecutionEnvironment } from './execution-environment.ts'
import { type InvokeResult, platformError } from './invoke-result.ts'

export interface FunctionPool {
  /** Runs one invocation, waiting for a process when all that may exist are busy. Never rejects. */
  invoke(payload: string): Promise<InvokeResult>
  /** Kills every process with SIGKILL, busy or not, and gives their ids; the next invocation starts cold. */
  kill(): Promise<readonly number[]>
  /** Kills every process and fails what waits. */
  stop(): Promise<void>
  /** Process ids, oldest first. */
  pids(): readonly number[]
}

export interface PoolOptions {
  readonly maxConcurrency: number
  readonly start: (onExit: (environment: ExecutionEnvironment) => void) => ExecutionEnvironment
}

/** Creates an empty pool; the first invocation starts the first process. */
export function createFunctionPool({ maxConcurrency, start }: PoolOptions): FunctionPool {
  const environments = new Set<ExecutionEnvironment>()
  const queue: (() => void)[] = []
  let stopped = false

  async function invoke(payload: string): Promise<InvokeResult> {
    for (;;) {
      if (stopped) return platformError('ServiceException', 'the local stack is stopping')
      const environment = free()
      if (environment === undefined) {
        await new Promise<void>((resolve) => queue.push(resolve))
        continue
      }
      const result = await environment.invoke(payload)
      queue.shift()?.()
      if (result !== 'not_delivered') return result
    }
  }

  /** A warm process, or a new one while there may be more; undefined when all are busy. */
  function free(): ExecutionEnvironment | undefined {
    const idle = [...environments].find((environment) => !environment.isBusy())
    if (idle !== undefined || environments.size >= maxConcurrency) return idle
    const started = start((ended) => {
      environments.delete(ended)
      queue.shift()?.()
    })
    environments.add(started)
    return started
  }

  async function kill(): Promise<readonly number[]> {
    const killed = [...environments]
    await Promise.all(killed.map((environment) => environment.kill()))
    return pidsOf(killed)
  }

  return {
    invoke,
    kill,
    async stop() {
      stopped = true
      for (const wake of queue.splice(0)) wake()
      await kill()
    },
    pids: () => pidsOf([...environments]),
  }
}

function pidsOf(environments: readonly ExecutionEnvironment[]): readonly number[] {
  return environments.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
}
