/** What is due: gone through once a run, class by class, each class from its oldest on. */
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { DueOrder, OrderStore } from '#shared/orders/order-store.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import type { LookClass } from '#shared/ledger/look-plan.ts'
import type { Clock } from '#shared/clock.ts'

/** Of each shard at a time: sixteen of these keep WeChat busy for seconds. */
const PAGE = 25

interface BacklogDeps {
  readonly orders: Pick<OrderStore, 'listDue'>
  readonly clock: Clock
}

export interface Backlog {
  /** The next of its class, or undefined when this run has seen them all. */
  next(): Promise<DueOrder | undefined>
  /** Shards that could not be read; the others go on. */
  readonly errors: readonly unknown[]
  /** How many it gave out. */
  readonly given: number
}

interface Shard {
  readonly number: number
  after?: DueOrder | undefined
}

/**
 * Lists on from where it was, so that no order is met twice and none, whatever became of it, stands in the way of those behind it.
 */
export function createBacklog({ orders, clock }: BacklogDeps, lookClass: LookClass): Backlog {
  let open: Shard[] = DUE_SHARDS[lookClass].map((number) => ({ number }))
  let listed: DueOrder[] = []
  let listing: Promise<void> | undefined
  let given = 0
  const errors: unknown[] = []

  const listShard = async (shard: Shard): Promise<readonly DueOrder[]> => {
    try {
      const { due, more } = await orders.listDue(shard.number, {
        now: clock.now(),
        limit: PAGE,
        after: shard.after,
      })
      shard.after = due.at(-1)
      if (!more || shard.after === undefined) open = open.filter((other) => other !== shard)
      return due
    } catch (error) {
      errors.push(error)
      open = open.filter((other) => other !== shard)
      return []
    }
  }
  const list = async () => {
    const pages = await Promise.all(open.map(listShard))
    listed = pages.flat().sort((a, b) => a.dueAt - b.dueAt)
  }

  return {
    async next() {
      while (listed.length === 0 && open.length > 0) {
        listing ??= list().finally(() => (listing = undefined))
        await listing
      }
      const due = listed.shift()
      if (due !== undefined) given += 1
      return due
    },
    errors,
    get given() {
      return given
    },
  }
}

/** For each class whose shards could all be read: the age of its oldest due order in seconds, 0 when none is due. */
export async function oldestDue({ orders, clock }: BacklogDeps): Promise<ReadonlyMap<LookClass, number>> {
  const now = clock.now()
  const ages = await Promise.all(
    LOOK_CLASSES.map(async (lookClass) => {
      const firsts = DUE_SHARDS[lookClass].map((shard) => orders.listDue(shard, { now, limit: 1 }))
      const pages = await Promise.all(firsts).catch(() => undefined)
      const times = pages?.flatMap(({ due }) => due.map(({ dueAt }) => dueAt))
      return times && ([lookClass, Math.floor((now - Math.min(now, ...times)) / 1000)] as const)
    }),
  )
  return new Map(ages.flatMap((age) => (age === undefined ? [] : [age])))
}
