/** Events come at least once and in any order: this drops what was there before. */
import type { WechatPayEvent } from './contract/events.ts'
import { given } from './given.ts'

/** Where it is kept what was handled; yours when it has to outlive the process, as a table does. */
export interface EventMemory {
  get(key: string): Promise<number | undefined> | number | undefined
  set(key: string, version: number): Promise<void> | void
}

type HandleEvent = (event: WechatPayEvent, handle: (event: WechatPayEvent) => unknown) => Promise<boolean>

export interface EventFilter {
  /**
   * Runs `handle` unless this event was handled. What it throws is thrown, and the event is not handled then.
   *
   * @returns whether it ran
   */
  readonly once: HandleEvent
  /**
   * The same, and drops events that tell an older state of their order than one that was handled. For copies of the state:
   * what has to happen for each payment or refund takes `once`.
   */
  readonly newest: HandleEvent
}

/** @param options.memory default: the last 10,000 keys, in this process. */
export function createEventFilter(options: { readonly memory?: EventMemory | undefined } = {}): EventFilter {
  given(options, 'options', ['memory'])
  const memory = options.memory ?? boundedMemory(10_000)
  if (typeof memory.get !== 'function' || typeof memory.set !== 'function')
    throw new TypeError('options.memory must have get and set')
  const inTurn = turns()

  function run(event: WechatPayEvent, handle: unknown, dropOlder: boolean): Promise<boolean> {
    if (typeof handle !== 'function') throw new TypeError('handle must be a function')
    const { id, version, order } = placeOf(event)
    return inTurn(order, async () => {
      if ((await memory.get(id)) !== undefined) return false
      const known = await memory.get(order)
      const older = known !== undefined && version < known
      if (older && dropOlder) return false
      await handle(event)
      await memory.set(id, version)
      if (!older) await memory.set(order, version)
      return true
    })
  }

  return {
    once: async (event, handle) => run(event, handle, false),
    newest: async (event, handle) => run(event, handle, true),
  }
}

function placeOf(event: WechatPayEvent) {
  given(event, 'event')
  const { id, source, subject, data } = event
  const version = 'order_version' in data ? data.order_version : 0
  return { id: `event ${id}`, order: `order ${source} ${subject}`, version }
}

/** Work on one key waits for what was begun before it. */
function turns() {
  const last = new Map<string, Promise<unknown>>()
  return async <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}

function boundedMemory(most: number): EventMemory {
  const kept = new Map<string, number>()
  return {
    get: (key) => kept.get(key),
    set(key, version) {
      kept.delete(key)
      kept.set(key, version)
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
