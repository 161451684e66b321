/** The reconciliation of one day in a process of its own, over the real stores: prints what it found, how long it took and its memory. */
import { createReadStream } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { createDynamoDbClient } from '#shared/aws/clients.ts'
import { systemClock } from '#shared/clock.ts'
import type { DayBill } from '#shared/orders/bill-channel.ts'
import { systemPause } from '#shared/pause.ts'
import { reconcileDay } from '#shared/reconciliation/reconcile-day.ts'
import { createDynamoDayIndex } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { RECONCILE_COMPARE_MS, RECONCILE_JUDGE_MS } from '#shared/time-limits.ts'

const [, , endpoint = '', bill = '', sha1 = '', mchid = '', day = ''] = process.argv

const client = createDynamoDbClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  // The engine shares this machine's processors.
  attemptMs: 60_000,
})
const table = { client, tableName: 'orders' }
/** Nothing differs: whoever asks or writes is wrong. */
const refused = async (): Promise<never> => {
  throw new Error('a day that agrees asks nobody and writes nothing')
}

const started = performance.now()
const now = systemClock.now()
const result = await reconcileDay(
  {
    mchid,
    clock: systemClock,
    pause: systemPause,
    bills: {
      dayBill: async (kind): Promise<DayBill> =>
        kind === 'trade'
          ? { state: 'ready', file: { sha1, chunks: createReadStream(bill) } }
          : { state: 'none' },
    },
    channel: { queryOrder: refused, queryRefund: refused },
    orders: createDynamoOrderStore({ ...table, readFact: refused }),
    dayIndex: createDynamoDayIndex(table),
    facts: { put: refused },
    dispatcher: { dispatch: refused },
  },
  {
    day,
    earlier: undefined,
    before: undefined,
    position: undefined,
    until: { compare: now + RECONCILE_COMPARE_MS, judge: now + RECONCILE_JUDGE_MS },
    keep: refused,
    call: {},
  },
)
client.destroy()
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage()
process.stdout.write(
  JSON.stringify({
    state: result.state,
    report: result.state === 'creating' ? undefined : result.report,
    seconds,
    cpuSeconds: (user + system) / 1_000_000,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
)
