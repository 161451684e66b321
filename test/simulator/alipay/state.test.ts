import { expect, it } from 'vitest'
import { parseState } from '#simulator/state.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APP_ID, startAlipayWorld } from './fixture.ts'

const HOUR_MS = 3_600_000

function again(first: Simulator, appId = APP_ID): Promise<Simulator> {
  const state = parseState(JSON.stringify(first.state()))
  return startSimulator({
    mchid: first.mchid,
    appids: first.appids,
    timers: 'manual',
    alipay: { appId },
    state,
  })
}

it('goes on with keys, trades and notifications where the last run stopped', async () => {
  const world = await startAlipayWorld()
  world.receiver.respond = (response) => response.writeHead(500).end()
  await world.paid('STATE-1')
  await world.simulator.advance(4 * 60_000)
  const before = world.receiver.arrivals.length
  const trades = await world.show.control.trades()
  const second = await again(world.simulator)
  const { alipay } = second
  expect(alipay?.keys()).toEqual(world.show.keys())
  expect(await alipay?.control.trades()).toEqual(trades)
  expect(await alipay?.control.notifications()).toMatchObject([{ state: 'waiting', attempts: [{}, {}] }])
  world.receiver.respond = (response) => response.writeHead(200).end('success')
  await second.advance(10 * 60_000)
  expect([before, world.receiver.arrivals.length]).toEqual([2, 3])
  expect(await world.notices.readNotification(world.receiver.arrivals[2]!.body)).toMatchObject({ ok: true })
  await second.advance(25 * HOUR_MS)
  expect(world.receiver.arrivals).toHaveLength(3)
  await Promise.all([second.stop(), world.stop()])
})

it('keeps what it knows through a run without Alipay, and gives it to no other app', async () => {
  const world = await startAlipayWorld()
  await world.paid('STATE-2')
  const { mchid, appids } = world.simulator
  const without = await startSimulator({ mchid, appids, timers: 'manual', state: world.simulator.state() })
  const other = await again(without, '2021000000000000')
  const same = await again(without)
  expect(await other.alipay?.control.trades()).toEqual([])
  expect(await same.alipay?.control.trades()).toMatchObject([{ out_trade_no: 'STATE-2' }])
  await Promise.all([world, without, other, same].map((each) => each.stop()))
})
