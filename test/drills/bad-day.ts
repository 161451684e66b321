/**
 * A hundred thousand orders are due and half of WeChat's answers are 500: the real operation, with its budget, its client and its
 * stores, between a DynamoDB and an HTTP server on this machine. Minutes of the sweep are played one after the other, and each
 * begins in two containers at once.
 */
import { createSweep } from '#functions/sweep/sweep.ts'
import { createTurn } from '#functions/sweep/turn.ts'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import { systemClock } from '#shared/clock.ts'
import { silentLogger } from '#shared/log.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createIndexedTable, testClient } from '#test/stores/engines.ts'
import { MCHID } from '#test/support/orders.ts'
import { makeMerchant, makePlatformKeys } from '#test/support/wechat-keys.ts'
import { dueOrder, KINDS, writeOrders } from './backlog.ts'
import type { Kind } from './backlog.ts'
import type { Findings, LoneDrill } from './drill.ts'
import { startHalfDown } from './wechat-half-down.ts'

const MINUTE = 60_000
const MINUTES = 4
const DUE = 100_000
/** Before each minute some become due of each kind that cannot wait: half of them are asked about twice, for the first answer is 500. */
const NEW_A_SECOND = 0.25
const RUN_MS = 20_000
const SHORTEST_RUN_MS = 3000
const LATENCY_MS = 50
/** Shares show only in many calls: a machine that is busy with other things plays more minutes for them. */
const ENOUGH_CALLS = 40
const MOST_MINUTES = 8
const CALLS_FOR_EACH = 6

export const badDay: LoneDrill = {
  name: 'bad-day',
  title:
    '100,000 due orders, half of WeChat’s answers 500: nothing starves, fewer than 6 calls fail in any second',
  async alone(size) {
    const runMs = Math.max(SHORTEST_RUN_MS, size(RUN_MS))
    const planned = Math.max(1, size(MINUTES))
    const stage = await setUp()
    try {
      const half = Array.from({ length: Math.ceil(size(DUE) / 2) }, (_, index) => index)
      for (const kind of ['OPEN', 'LATE'] as const)
        await stage.given(half.map((index) => dueOrder(kind, index, stage.clock.now())))
      const aMinute = Math.ceil((NEW_A_SECOND * runMs) / 1000)
      const waiting: string[] = []
      let minutes = 0
      const enough = () => minutes >= planned && stage.exchanges.length >= ENOUGH_CALLS
      for (; !enough() && minutes < Math.max(planned, MOST_MINUTES); minutes += 1) {
        const numbers = Array.from({ length: aMinute }, (_, index) => minutes * aMinute + index)
        const orders = (['NEW', 'UNKNOWN'] as const).flatMap((kind) =>
          numbers.map((index) => dueOrder(kind, index, stage.clock.now())),
        )
        await stage.given(orders)
        const before = stage.exchanges.length
        await stage.minute(runMs)
        // In a minute of a few calls it is the machine that keeps them waiting.
        if (stage.exchanges.length - before < CALLS_FOR_EACH * orders.length) continue
        const asked = new Set(stage.exchanges.map(({ number }) => number))
        waiting.push(...orders.map(({ out_trade_no }) => out_trade_no).filter((number) => !asked.has(number)))
      }
      return findings(stage, { fresh: 2 * minutes * aMinute, waiting, due: 2 * half.length, minutes, runMs })
    } finally {
      await stage.stop()
    }
  },
}

type Stage = Awaited<ReturnType<typeof setUp>>

async function setUp() {
  const dynamo = await startDynamoDb()
  const client = testClient(dynamo.endpoint)
  const orders = await createIndexedTable(client, DUE_INDEX)
  const facts = await createIndexedTable(client, PENDING_INDEX)
  const [merchant, platform] = [makeMerchant(MCHID), makePlatformKeys()]
  let minutes = 0
  const clock = { now: () => systemClock.now() + minutes * MINUTE }
  const wechat = await startHalfDown({ key: platform.publicKey, latencyMs: LATENCY_MS, now: clock.now })
  const transport = createHttpTransport()
  const measured = new Map<string, number>()

  const container = () => {
    const time = { clock: systemClock, pause: systemPause }
    const budget = createCallBudget(time)
    const lease = createDynamoLease({ client, tableName: orders, key: 'turn#drill' })
    return createSweep({
      mchid: MCHID,
      clock,
      pause: systemPause,
      orders: createDynamoOrderStore({ client, tableName: orders, readFact: async () => undefined }),
      facts: createDynamoFactStore({ client, tableName: facts }),
      dispatcher: { dispatch: async () => {} },
      switches: { isOn: async () => false },
      pauseRefunds: async () => {},
      channels: {
        wechat: createWechatPay({
          mchid: MCHID,
          apiUrls: [wechat.origin, wechat.origin],
          signer: async () => merchant.signer,
          keyRing: async () => platform.ring,
          transport: limitedTransport(transport, budget),
          clock,
          logger: silentLogger,
          repeats: false,
        }),
      },
      turn: createTurn({ ...time, lease, budget }),
      logger: silentLogger,
      metrics: { put: (name, value = 1) => void measured.set(name, value) },
    })
  }
  const containers = [container(), container()]
  return {
    clock,
    measured,
    exchanges: wechat.exchanges,
    mostFailures: wechat.mostFailures,
    given: (due: Parameters<typeof writeOrders>[1]) => writeOrders({ client, tableName: orders }, due),
    async minute(runMs: number) {
      const signal = AbortSignal.timeout(runMs)
      await Promise.all(containers.map((sweep) => sweep({ signal })))
      minutes += 1
    },
    async stop() {
      transport.close()
      client.destroy()
      await Promise.all([wechat.close(), dynamo.stop()])
    },
  }
}

interface Played {
  /** How many became due while the backlog was there, and the numbers of those that were not asked about in their minute. */
  readonly fresh: number
  readonly waiting: readonly string[]
  readonly due: number
  readonly minutes: number
  readonly runMs: number
}

function findings(
  { exchanges, mostFailures, measured }: Stage,
  { fresh, waiting, due, minutes, runMs }: Played,
): Findings {
  const failures = exchanges.filter(({ failed }) => failed).length
  const looks = (kind: Kind) => exchanges.filter(({ number }) => number.startsWith(`${kind}-`)).length
  const starved = (['OPEN', 'LATE'] as const).filter((kind) => looks(kind) < exchanges.length / 8)
  const most = mostFailures()
  const oldest = [...measured].filter(([name]) => name.startsWith('OldestDue'))
  return {
    notes: [
      `${due} due; ${minutes} minutes of ${runMs / 1000} s: ${exchanges.length} calls, ${failures} of them answered 500`,
      `most failing calls in any second: ${most}`,
      `calls by kind: ${KINDS.map((kind) => `${kind} ${looks(kind)}`).join(', ')}`,
      `new ones asked about within their minute: ${fresh - waiting.length} of ${fresh}`,
      ...oldest.map(([name, seconds]) => `${name}: ${seconds}`),
    ],
    problems: [
      ...(most < 6 ? [] : [`${most} calls failed in one second`]),
      ...(failures > 0 ? [] : ['no call failed: this was no bad day']),
      ...starved.map((kind) => `${kind} starves: ${looks(kind)} of ${exchanges.length} calls`),
      ...waiting.map((number) => `${number} was not asked about in its minute`),
    ],
  }
}
