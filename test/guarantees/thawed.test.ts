/**
 * A container is frozen when its invocation has ended, and thawed with the next: work that its deadline left behind goes on
 * then, minutes later. Each call of each flow is stopped in turn, before and after its effect; the caller repeats, all that
 * is due runs to its end, and only then the call goes on.
 */
import { describe, expect, it } from 'vitest'
import { createClose } from '#functions/close/close.ts'
import { createHold } from '#functions/hold/hold.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { rememberingWechat } from '#test/support/remembering-wechat.ts'
import { anOrder, APPID, MCHID, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'
import { due, KEY, MINUTE, refunding } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

type Ports = ReturnType<typeof freshPorts>

const sweepOver = (ports: Ports) => createSweep({ ...ports, channels: { wechat: ports.channel } })

function freshPorts() {
  const { wechat: channel, ...kept } = rememberingWechat()
  return { ...aWorld(), ...kept, channel }
}

/** Reads that decide nothing by themselves: whatever they list is claimed, and read again. And bytes that are made, and not sent. */
const LISTINGS = new Set(['listDue', 'oldestPending', 'refundBody'])

type Call = (...args: never[]) => Promise<unknown>
type When = 'before' | 'after'

/** The same ports, of which the nth call stands still until it is thawed. */
function freezing(ports: Ports, nth: number, when: When) {
  const gate = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const stop = async () => {
    stopped.resolve()
    await gate.promise
  }
  let calls = 0
  const frozen = <Port extends object>(port: Port): Port => {
    const entries = Object.entries(port).map(([name, call]) => {
      if (typeof call !== 'function' || LISTINGS.has(name)) return [name, call]
      const stopping: Call = async (...args) => {
        const mine = (calls += 1) === nth
        if (mine && when === 'before') await stop()
        const result: unknown = await (call as Call)(...args)
        if (mine && when === 'after') await stop()
        return result
      }
      return [name, stopping]
    })
    return Object.fromEntries(entries) as Port
  }
  const { orders, facts, dispatcher, publisher, channel, ...rest } = ports
  const frozenPorts = {
    ...rest,
    orders: frozen(orders),
    facts: frozen(facts),
    dispatcher: frozen(dispatcher),
    publisher: frozen(publisher),
    channel: frozen(channel),
  }
  return {
    ports: frozenPorts,
    thaw: () => gate.resolve(),
    stopped: stopped.promise,
    wasReached: () => calls >= nth,
  }
}

interface Flow {
  readonly given?: Order
  readonly act: (ports: Ports) => Promise<unknown>
  /** What comes in meanwhile. */
  readonly meanwhile?: (ports: Ports) => Promise<unknown>
}

const native = { channel: 'native', out_trade_no: 'ORDER-0001', description: 'tea', amount: { total: 1000 } }
const pay = (ports: Ports) => recordFact(ports, paymentFact())
const FLOWS: Readonly<Record<string, Flow>> = {
  'a notification': { given: anOrder(), act: pay },
  'a message of the queue': {
    given: anOrder(),
    act: async (ports) => {
      await pay(ports)
      await createSettle(ports)(paymentFact().fact_key)
    },
    meanwhile: (ports) => recordFact(ports, refundFact('C1', 'SUCCESS')),
  },
  'a prepay': {
    act: (ports) => {
      const deps = { ...ports, appids: [APPID], notifyUrl: 'https://pay.example/n' }
      return createPrepay({ ...deps, payParams: async () => undefined })(parsePrepayRequest(native), {})
    },
    meanwhile: pay,
  },
  'a close': { given: anOrder(), act: (ports) => createClose(ports)('ORDER-0001', {}) },
  'a refund': {
    given: paidOrder(),
    act: (ports) => {
      const request = { out_refund_no: 'R1', amount: { refund: fen(300), currency: 'CNY' } } as const
      return createRefund({ ...ports, notifyUrl: 'https://pay.example/r' })('ORDER-0001', request, {})
    },
  },
  'a refund that succeeds meanwhile': {
    given: paidOrder(),
    act: (ports) => {
      const request = { out_refund_no: 'R1', amount: { refund: fen(300), currency: 'CNY' } } as const
      return createRefund({ ...ports, notifyUrl: 'https://pay.example/r' })('ORDER-0001', request, {})
    },
    meanwhile: (ports) => recordFact(ports, refundFact('R1', 'SUCCESS')),
  },
  'a hold': {
    given: paidOrder(),
    act: (ports) => createHold(ports).place('ORDER-0001', { by: 'ops', note: 'why' }),
  },
  'a sweep over an unpaid order': { given: due(), act: (ports) => sweepOver(ports)({}), meanwhile: pay },
  'a sweep over a refund': {
    given: refunding({ status: 'REQUESTED' }),
    act: (ports) => sweepOver(ports)({}),
  },
}

const ignored = () => undefined

/** Repeats what its caller repeats, and lets queue and sweep finish. */
async function finish(ports: Ports, { act, meanwhile }: Flow): Promise<void> {
  await act(ports).catch(ignored)
  await meanwhile?.(ports)
  await act(ports).catch(ignored)
  for (let minute = 0; minute < 3; minute += 1) {
    ports.time.now += MINUTE
    await sweepOver(ports)({}).catch(ignored)
    for (const key of ports.dispatched) await createSettle(ports)(key)
  }
}

async function outcomeOf({ orders, facts, published, contents }: Ports) {
  const order = await orders.get(KEY)
  const payment = await facts.get(paymentFact().fact_key)
  const refunds = Object.entries(order?.refunds ?? {})
  return {
    status: order?.status,
    refundable: order?.refundable,
    holds: Object.keys(order?.holds ?? {}),
    refunds: refunds.map(([number, { status, amount }]) => [number, status, amount]),
    handled: Object.keys(order?.handled ?? {}).toSorted(),
    pending: payment?.pending,
    events: [...new Set(published.map(({ id }) => id))].toSorted(),
    contents: [...contents].map(([number, bodies]) => [number, bodies.size]),
  }
}

/** How many contents each event was published with, at most. */
function mostContents({ published }: Ports): number {
  const contents = Map.groupBy(published, ({ id }) => id).values()
  return Math.max(
    0,
    ...[...contents].map((events) => new Set(events.map((event) => JSON.stringify(event))).size),
  )
}

describe('work that goes on in a thawed container', () => {
  it.each(Object.entries(FLOWS))('changes nothing any more: %s', async (_, flow) => {
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; ; nth += 1) {
        const usual = freshPorts()
        const met = freshPorts()
        for (const ports of [usual, met]) if (flow.given !== undefined) await ports.given(flow.given)
        const frozen = freezing(met, nth, when)
        const left = flow.act(frozen.ports).catch(ignored)
        await Promise.race([left, frozen.stopped])
        if (!frozen.wasReached()) break
        await finish(usual, flow)
        await finish(met, flow)
        const before = await outcomeOf(met)
        frozen.thaw()
        await left
        for (const key of met.dispatched) await createSettle(met)(key)
        expect({ nth, when, ...(await outcomeOf(met)) }).toEqual({ nth, when, ...before })
        expect({ nth, when, ...before }).toEqual({ nth, when, ...(await outcomeOf(usual)) })
        expect(mostContents(met)).toBeLessThanOrEqual(1)
      }
    }
  })
})

describe('a refund whose amount another one took while it was asked for', () => {
  const refund = (ports: Ports, number: string, amount: number) => {
    const request = { out_refund_no: number, amount: { refund: fen(amount), currency: 'CNY' } } as const
    return createRefund({ ...ports, notifyUrl: 'https://pay.example/r' })('ORDER-0001', request, {})
  }

  /** The other one comes between the first look at the order and the reservation. */
  const overtaken = (ports: Ports): Ports => {
    let first = true
    const claimRefundNumber: Ports['orders']['claimRefundNumber'] = async (...claim) => {
      const holder = await ports.orders.claimRefundNumber(...claim)
      if (first) await refund(ports, 'R0', 1000)
      first = false
      return holder
    }
    return { ...ports, orders: { ...ports.orders, claimRefundNumber } }
  }

  it('does not give back, thawed, a number under which the repeat has a refund', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; ; nth += 1) {
        const ports = freshPorts()
        await ports.given(paidOrder())
        const frozen = freezing(ports, nth, when)
        const left = refund(overtaken(frozen.ports), 'R1', 300).catch(ignored)
        await Promise.race([left, frozen.stopped])
        if (!frozen.wasReached()) break
        await recordFact(ports, refundFact('R0', 'CLOSED', 1000))
        for (const key of ports.dispatched) await createSettle(ports)(key)
        await refund(ports, 'R1', 300).catch(ignored)
        frozen.thaw()
        await left
        const has = (await ports.orders.get(KEY))?.refunds['R1'] !== undefined
        const holder = await ports.orders.findByRefundNumber(MCHID, 'R1')
        expect({ nth, when, has, holder }).toEqual({ nth, when, has, holder: has ? KEY : holder })
      }
    }
  })
})
