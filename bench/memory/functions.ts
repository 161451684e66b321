/** The functions as a container keeps them: made once, then invoked again and again, over stores in memory that do not grow. */
import { createClose } from '#functions/close/close.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createQuery } from '#functions/query/query.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, paidOrder, paymentFact } from '#test/support/orders.ts'
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

export async function functions(): Promise<Readonly<Record<string, Invoke>>> {
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
  const operation = createSettle(world)
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

/** What the world writes down for tests is none of the function's. */
function forgetting(world: World, invoke: Invoke): Invoke {
  return async () => {
    await invoke()
    for (const list of [world.logged, world.measured, world.dispatched, world.published, wechat.calls])
      list.length = 0
  }
}
