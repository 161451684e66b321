/** Keeps a loaded value for a while: one load at a time, the last good value while loading fails, and no storm of loads. */
import type { Clock } from './clock.ts'

export interface CachedValueOptions<Value> {
  readonly load: () => Promise<Value>
  readonly clock: Clock
  /** Jitter, from 0 to below 1. */
  readonly random: () => number
  /** How long a value is used before it is loaded again, ±20 %. */
  readonly ttlMs: number
  /** How old a value may get while loading fails. */
  readonly maxStaleMs: number
  /** Called once for each failed load that an older value makes up for. */
  readonly onStale: (error: unknown) => void
}

export interface CachedValue<Value> {
  /** The value, where it needs no load. */
  fresh(): Value | undefined
  /** The value, loaded if need be. Fails as the load did when no value is left that may be used. */
  get(): Promise<Value>
  /** Loads now, unless the value is younger than `minAgeMs` or loading failed less than 30 s ago: then it is as `get`. */
  refresh(minAgeMs: number): Promise<Value>
}

const JITTER = 0.2
/** After a failed load, while there is a value to go on with. */
const LOAD_PAUSE_MS = 30_000
/** After a failed load, while there is none: short, since everything that needs the value fails meanwhile. */
const COLD_PAUSE_MS = 1000

interface Held<Value> {
  readonly value: Value
  readonly loadedAt: number
  readonly freshUntil: number
}

export function createCachedValue<Value>(options: CachedValueOptions<Value>): CachedValue<Value> {
  const { clock } = options
  let held: Held<Value> | undefined
  let failure: { readonly error: unknown; readonly retryAt: number } | undefined
  let loading: Promise<Value> | undefined

  const usable = () =>
    held !== undefined && clock.now() - held.loadedAt <= options.maxStaleMs ? held : undefined

  const load = async () => {
    try {
      const value = await options.load()
      const loadedAt = clock.now()
      const ttlMs = options.ttlMs * (1 - JITTER + 2 * JITTER * options.random())
      held = { value, loadedAt, freshUntil: loadedAt + ttlMs }
      failure = undefined
      return value
    } catch (error) {
      const stale = usable()
      failure = { error, retryAt: clock.now() + (stale === undefined ? COLD_PAUSE_MS : LOAD_PAUSE_MS) }
      if (stale === undefined) throw error
      options.onStale(error)
      return stale.value
    }
  }

  const loadOnce = () => {
    loading ??= load().finally(() => {
      loading = undefined
    })
    return loading
  }

  /** What to answer while loads pause after a failure; undefined when a load may start. */
  const duringPause = () => {
    if (failure === undefined || clock.now() >= failure.retryAt) return undefined
    const stale = usable()
    if (stale === undefined) throw failure.error
    return stale
  }

  const fresh = () => (held !== undefined && clock.now() < held.freshUntil ? held.value : undefined)

  return {
    fresh,
    async get() {
      const value = fresh()
      if (value !== undefined) return value
      const paused = duringPause()
      return paused === undefined ? loadOnce() : paused.value
    },
    async refresh(minAgeMs) {
      if (held !== undefined && clock.now() - held.loadedAt < minAgeMs) return held.value
      const paused = duringPause()
      return paused === undefined ? loadOnce() : paused.value
    },
  }
}
