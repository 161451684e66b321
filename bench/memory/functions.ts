/** The functions as a container keeps them: made once, then invoked again and again, over stores in memory that do not grow. */
import { createCheckRelease } from '#functions/check-release/check-release.ts'
import { createClose } from '#functions/close/close.ts'
import { createHold } from '#functions/hold/hold.ts'
import { createList } from '#functions/list/list.ts'
import { parsePaymentListing } from '#functions/list/schema.ts'
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { createNotifyV2 } from '#functions/notify-v2/notify-v2.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createQuery } from '#functions/query/query.ts'
import { createReconcile } from '#functions/reconcile/reconcile.ts'
import { runDay } from '#functions/reconcile/run-day.ts'
import type { RunDayDeps } from '#functions/reconcile/run-day.ts'
import { createTurn } from '#functions/reconcile/turn.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import type { Operation } from '#shared/operations.ts'
import { aDay, billText, DAY, paid, soldOrder } from '#test/reconciliation/day-world.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { memoryLease } from '#test/support/memory-lease.ts'
import { anOrder, APPID, MCHID, paidOrder, paymentFact } from '#test/support/orders.ts'
import { APIV2_KEY, refundNotice } from '#test/support/refund-notice.ts'
import { paid as paidThere, told as refunded } from '#test/support/sweeping.ts'
import { makePlatformCertificate } from '#test/support/wechat-keys.ts'
import { aWorld } from '#test/support/world.ts'
import type { World } from '#test/support/world.ts'
import { createHandler } from '../notify/ours.ts'
import { sample } from '../notify/sample.ts'

type Invoke = () => Promise<unknown>

const NUMBER = 'ORDER-0001'
const call = { signal: new AbortController().signal }
const wechat = fakeWechat({
  prepay: async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }),
  queryOrder: async () => ({ appid: APPID, mchid: MCHID, out_trade_no: NUMBER, trade_state: 'NOTPAY' }),
  createRefund: async () => ({
    refund_id: '50',
    out_refund_no: 'R1',
    transaction_id: '4200000000000001',
    out_trade_no: NUMBER,
    status: 'PROCESSING',
    amount: { total: fen(1000), refund: fen(300) },
  }),
})
const notifyUrl = 'https://pay.example.com/wechatpay/notify/payment'

/** All there are: one that is added to the table of operations has to be added here. */
export async function functions(): Promise<Readonly<Record<Operation | 'check-release', Invoke>>> {
  return {
    notify: await notify(),
    prepay: prepay(),
    query: await on(anOrder(), (world) => {
      const query = createQuery({ ...world, channel: wechat })
      return () => query.byOutTradeNo(NUMBER, { refresh: true })
    }),
    close: await on(anOrder({ status: 'CLOSED' }), (world) => {
      const close = createClose({ ...world, channel: wechat })
      return () => close(NUMBER, call)
    }),
    refund: await on(paidOrder(), (world) => {
      const refund = createRefund({ ...world, channel: wechat, notifyUrl })
      const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })
      return () => refund(NUMBER, request, call)
    }),
    settle: await settle(),
    sweep: await on(anOrder(), (world) => {
      const sweep = createSweep({ ...world, channels: { wechat } })
      return () => sweep({})
    }),
    'rotate-certs': rotateCerts(),
    hold: await on(paidOrder(), (world) => {
      const hold = createHold(world)
      return () => hold.place(NUMBER, { by: 'li.lei', note: 'seen with the bank' })
    }),
    list: await on(paidOrder(), list),
    'notify-v2': notifyV2(),
    'notify-alipay': notifyAlipay(),
    reconcile: await reconcile(),
    'check-release': checkRelease(),
  }
}

async function notify(): Promise<Invoke> {
  const given = sample(64)
  const handler = await createHandler(given, 'by clients')
  let next = 0
  return () => Promise.resolve(handler(given.deliveries[next++ % given.deliveries.length]!))
}

async function on(order: Parameters<World['given']>[0], make: (world: World) => Invoke): Promise<Invoke> {
  const world = aWorld()
  await world.given(order)
  return forgetting(world, make(world))
}

function prepay(): Invoke {
  const world = aWorld()
  const payParams = async () => undefined
  const operation = createPrepay({ ...world, appids: [APPID], notifyUrl, channel: wechat, payParams })
  const request = parsePrepayRequest({
    channel: 'native',
    out_trade_no: NUMBER,
    description: 'tea',
    amount: { total: 1000 },
  })
  return forgetting(world, () => operation(request, call))
}

async function settle(): Promise<Invoke> {
  const world = aWorld()
  await world.given(anOrder())
  const fact = paymentFact()
  await recordFact(world, fact)
  const pending = await world.facts.get(fact.fact_key)
  // As if its delivery never ended: each time its events are told again.
  const facts = { get: async () => pending, markSettled: async () => {} }
  const operation = createSettle({ ...world, facts })
  return forgetting(world, () => operation(fact.fact_key))
}

function rotateCerts(): Invoke {
  const world = aWorld()
  const { record } = makePlatformCertificate()
  const list = [{ serial_no: record.serial, pem: record.pem }]
  const rotate = createRotateCerts({
    ...world,
    wechat: { ...wechat, downloadCertificates: async () => list },
    load: async () => [record],
    save: async () => {},
    merchantCertificate: async () => record.pem,
  })
  return forgetting(world, () => rotate({}))
}

/** A page of a few orders. */
function list(world: World): Invoke {
  const page = Array.from({ length: 5 }, () => ({ out_trade_no: NUMBER, paid: true }))
  const lists = {
    ordersOfDay: async () => page,
    refundsOfDay: async () => [],
    held: async () => [],
    dueWithin: async () => [],
  }
  const operations = createList({ ...world, lists })
  return () => operations.payments(parsePaymentListing({}, '2026-03-01'))
}

function notifyV2(): Invoke {
  const world = aWorld()
  const apiV2Keys = async () => [loadApiV2Key(APIV2_KEY)]
  const asked = fakeWechat({
    queryRefund: async () => ({ ...refunded, out_refund_no: 'C1', status: 'SUCCESS' }),
  })
  const operation = createNotifyV2({ ...world, apiV2Keys, wechat: asked })
  const body = Buffer.from(refundNotice())
  return forgetting(world, async () => {
    asked.calls.length = 0
    return operation({ body }, world.logger, call)
  })
}

function notifyAlipay(): Invoke {
  const world = aWorld()
  const mchid = alipayAccount('2021000000000001')
  const transaction = { ...paidThere, mchid }
  const told = [{ kind: 'payment', transaction }] as const
  const read = {
    ok: true,
    id: 'n-1',
    content: 'c',
    type: 'trade_status_sync',
    told,
    fields: {},
    left_out: [],
  } as const
  const notifications = { readNotification: async () => read }
  const operation = createNotifyAlipay({ ...world, mchid, notifications, channel: wechat })
  return forgetting(world, () => operation({ body: Buffer.from('raw') }, world.logger, call))
}

/** A day that is asked for again: bill, books and report are compared, and nothing is new. */
async function reconcile(): Promise<Invoke> {
  const day = await aDay([soldOrder(1)])
  const runs = new Map()
  const reports = new Map()
  const deps: RunDayDeps = {
    ...day,
    ...day.ports({ bills: { trade: billText([paid(1, 1000)]) } }),
    runs: { get: async (of) => runs.get(of), put: async (run) => void runs.set(run.day, run) },
    reports: {
      get: async (of) => reports.get(of),
      put: async (report) => void reports.set(report.day, report),
    },
  }
  const operation = createReconcile({
    ...deps,
    turn: createTurn({ ...day, lease: memoryLease() }),
    runDay: (given) => runDay(deps, given),
  })
  const invoke = async () => {
    day.asked.length = 0
    return operation(call, { day: DAY })
  }
  await invoke()
  await day.settle()
  return forgetting(day, invoke)
}

function checkRelease(): Invoke {
  const world = aWorld()
  const payload = JSON.stringify({ statusCode: 401, headers: {}, body: '{"code":"FAIL","message":"失败"}' })
  const check = createCheckRelease({
    invokeNotify: async () => ({ failed: false, payload }),
    report: async () => {},
    logger: world.logger,
  })
  return forgetting(world, check)
}

type Written = Pick<World, 'logged' | 'measured' | 'dispatched' | 'published'>

/** What the world writes down for tests is none of the function's. */
function forgetting(world: Written, invoke: Invoke): Invoke {
  return async () => {
    await invoke()
    for (const list of [world.logged, world.measured, world.dispatched, world.published, wechat.calls])
      list.length = 0
  }
}
