/** The runs of days, in the orders table: one small item a day, found by the day alone. */
import * as v from 'valibot'
import { reconciliationKey } from '#shared/orders/order-key.ts'
import { DAY_RUN_STATES } from '#shared/reconciliation/day-run.ts'
import type { DayRun, DayRuns } from '#shared/reconciliation/day-run.ts'
import { fromItem, getItem, putIf, toItem } from './dynamo.ts'
import type { Table } from './dynamo.ts'
import { StoredSummary } from './report-form.ts'
import { readStored, StoredInteger } from './stored-item.ts'
import type { Entries } from './stored-item.ts'

const StoredRun = v.object({
  day: v.string(),
  state: v.picklist(DAY_RUN_STATES),
  ran_at: StoredInteger,
  completed_at: v.exactOptional(StoredInteger),
  digest: v.exactOptional(v.string()),
  summary: v.exactOptional(StoredSummary),
  published: v.exactOptional(v.string()),
  position: v.exactOptional(v.object({ sha1: v.string(), line: StoredInteger })),
  problem: v.exactOptional(v.string()),
} satisfies Entries<DayRun>)

export function createDynamoDayRuns({ mchid, ...table }: Table & { readonly mchid: string }): DayRuns {
  return {
    async get(day) {
      const item = await getItem(table, { order_key: { S: reconciliationKey(mchid, day) } })
      return item && readStored(StoredRun, fromItem(item), { kind: 'reconciliation', knownVersion: 1 })
    },
    async put(run) {
      await putIf(table, toItem({ order_key: reconciliationKey(mchid, run.day), v: 1, ...run }), {})
    },
  }
}
