/** What a run of the sweep tells of itself (I19): a heartbeat and an age, whatever became of the queue. */
import type { Metrics } from '#shared/metrics.ts'
import type { StorePorts } from './store-ports.ts'
import type { Violations } from './violations.ts'

export interface WatchedRun {
  readonly watched: StorePorts & { readonly metrics: Metrics }
  /** Waits for the run, and then for nothing to be missing from what it told. */
  readonly checked: (run: Promise<void>) => Promise<void>
}

export function watchTellings({ facts, orders }: StorePorts, { report }: Violations): WatchedRun {
  const told = new Set<string>()
  const failed: string[] = []
  const counted = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get: (target, name, receiver) => {
        const method: unknown = Reflect.get(target, name, receiver)
        if (typeof method !== 'function') return method
        return async (...given: readonly unknown[]) => {
          try {
            return await method.apply(target, given)
          } catch (error) {
            failed.push(String(name))
            throw error
          }
        }
      },
    })
  const check = () => {
    // What cannot be read cannot be told.
    if (failed.length > 0) return
    for (const metric of ['SweepHeartbeat', 'OldestPendingFactSeconds'])
      if (!told.has(metric)) report('I19', `a run of the sweep could read all and did not tell ${metric}`)
  }
  return {
    watched: {
      facts: counted(facts),
      orders: counted(orders),
      metrics: { put: (name) => void told.add(name) },
    },
    checked: (run) => run.finally(check),
  }
}
