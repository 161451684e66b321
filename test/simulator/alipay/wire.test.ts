import { afterAll, beforeAll, expect, it } from 'vitest'
import { jsonReport, textReport } from '#simulator/report.ts'
import type { WireLine } from '#simulator/wire-line.ts'
import { failureOf } from '#test/alipay/gateway-fixture.ts'
import { startAlipayWorld } from './fixture.ts'
import type { AlipayWorld } from './fixture.ts'

let world: AlipayWorld
beforeAll(async () => {
  world = await startAlipayWorld()
})
afterAll(() => world.stop())

async function lines(): Promise<readonly WireLine[]> {
  const answer = await fetch(`${world.simulator.controlUrl}/_control/wire`)
  return ((await answer.json()) as { lines: WireLine[] }).lines
}

it('is one log with WeChat Pay: calls, what was refused and why, and what the merchant answered', async () => {
  await world.paid('WIRE-1')
  await world.simulator.advance(0)
  await world.show.control.addFault({ kind: 'reset' })
  await failureOf(world.make({ repeats: false }).queryOrder('WIRE-1'))
  const unsigned = new URLSearchParams({ method: 'alipay.trade.query' })
  await fetch(world.show.gatewayUrl, { method: 'POST', body: unsigned })
  world.receiver.respond = (response) => response.writeHead(200).end('ok')
  await world.paid('WIRE-2', { notify_url: world.receiver.url })
  await world.paid('WIRE-3', { notify_url: 'http://shop.example/notify' })
  await world.simulator.advance(0)
  const seen = await lines()
  expect(seen.map(({ direction, verdict, out_trade_no }) => [direction, verdict, out_trade_no])).toEqual([
    ['in', 'ok', 'WIRE-1'],
    ['out', 'ok', 'WIRE-1'],
    ['in', 'no_answer', 'WIRE-1'],
    ['in', 'refused', undefined],
    ['in', 'ok', 'WIRE-2'],
    ['in', 'ok', 'WIRE-3'],
    ['out', 'not_sent', 'WIRE-3'],
    ['out', 'refused', 'WIRE-2'],
  ])
  expect(seen[2]).toMatchObject({ status: null, faults: ['reset'], url: '/gateway.do alipay.trade.query' })
  expect(seen[3]).toMatchObject({ status: 200, code: 'isv.missing-app-id' })
  expect(seen[6]?.reason).toContain('--allow-notify-host shop.example')
  const [refused] = seen.slice(-1)
  expect(refused).toMatchObject({
    event_type: 'TRADE_SUCCESS',
    reason: expect.stringContaining('success, to the letter'),
  })
  expect(textReport.guest('alipay', refused!)).toMatch(
    / 200 notify http:\S+ TRADE_SUCCESS WIRE-2 \d+ ms the merchant answered 200/,
  )
  expect(JSON.parse(jsonReport.guest('alipay', refused!))).toMatchObject({
    kind: 'alipay',
    out_trade_no: 'WIRE-2',
  })
})

it('says of a wrong signature that it is one, and not what was signed', async () => {
  const given = await world.alipay.clientParameters('page_pay', { body: world.body('WIRE-4') })
  const link = 'pay_url' in given ? given.pay_url.split('?')[1]! : ''
  const changed = new URLSearchParams(link)
  changed.set('biz_content', '{"out_trade_no":"SECRET-1"}')
  await fetch(world.show.gatewayUrl, { method: 'POST', body: changed })
  const [last] = (await lines()).slice(-1)
  expect(last).toMatchObject({
    verdict: 'refused',
    code: 'isv.invalid-signature',
    reason: '验签出错, 待验签字符串',
  })
  expect(JSON.stringify(last)).not.toContain('SECRET-1')
  const [shown] = (await world.show.control.requests()).slice(-1)
  expect(shown?.message).toContain('SECRET-1')
})
