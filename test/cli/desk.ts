/** The console's API beside the stack of a test file, and the command that serves it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { About, ConsoleProblem, Listing, OrderRow, OrderStory, RefundRow } from '#console/contract.ts'
import type {
  ChartPoint,
  Charts,
  DayRow,
  Health,
  NotificationInFull,
  NotificationRow,
  Resent,
} from '#console/contract-watch.ts'
import { openDesk } from '#console/desk/open-desk.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { callApi } from '#cli/stack/api-client.ts'
import type { World } from '#cli/terminal/world.ts'
import { call, codeOf } from '#test/console/raw-call.ts'
import type { CliStack } from './cli-stack.ts'

const ORDER = 'DESK-ORDER-1'
const MARKUP = '<img src=x onerror=alert(1)>'

export function describeDesk(here: () => CliStack): void {
  describe('the console beside the stack', () => {
    let desk: ConsoleServer
    const world = { clock: { now: () => Date.now() } } as World

    beforeAll(async () => {
      desk = await openDesk(world, here().access, { port: 0, write: true, page: new Map() })
      await here().paidOrder(ORDER)
      await callApi(here().access, (api) =>
        api.createRefund(ORDER, { out_refund_no: 'DESK-R1', amount: { refund: 30 } }),
      )
      await callApi(here().access, (api) => api.holdPayment(ORDER, { by: 'ann', note: MARKUP }))
    })
    afterAll(() => desk.stop())

    async function ask<Answer = ConsoleProblem>(path: string, body?: object): Promise<Answer> {
      const headers = { 'content-type': 'application/json', origin: new URL(desk.url).origin }
      const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
      return (await (await fetch(`${desk.url}api/${path}`, sent)).json()) as Answer
    }

    it('says where it is and what it has', async () => {
      expect(await ask<About>('about')).toMatchObject({
        place: 'local',
        write: true,
        mchid: here().access.mchid,
        providers: ['wechat'],
        pages: expect.arrayContaining(['orders', 'refunds', 'reconciliation', 'health', 'simulator']),
      })
      expect((await ask<Listing<unknown>>('simulator/orders')).entries).not.toEqual([])
    })

    it('lists held orders, and finds one by any number', async () => {
      const { entries } = await ask<Listing<OrderRow>>('orders?state=held')
      const row = entries.find(({ out_trade_no }) => out_trade_no === ORDER)
      expect(row).toMatchObject({
        provider: 'wechat',
        status: 'PAID',
        refunded: 30,
        refunds: 1,
        holds: ['placed_by_operator'],
      })
      for (const number of [ORDER, 'DESK-R1', row!.transaction_id!])
        expect((await ask<Listing<OrderRow>>(`orders?q=${number}`)).entries).toEqual([row])
      expect((await ask<Listing<OrderRow>>('orders?q=NO-SUCH-ONE')).entries).toEqual([])
      expect((await ask<Listing<OrderRow>>('orders?hold=over_refunded')).entries).toEqual([])
    })

    it('tells an order moment by moment, stored markup as text, and takes a decision with its name', async () => {
      const { order, timeline } = await ask<OrderStory>(`orders/${ORDER}`)
      expect(timeline).toContainEqual(expect.objectContaining({ kind: 'decision', by: 'ann', note: MARKUP }))
      const event = timeline.find(({ what }) => what === 'payment.succeeded')
      expect(event?.correlation_id).toMatch(/^[\da-f]{32}$/)
      expect(timeline.find(({ kind }) => kind === 'fact')).toMatchObject({
        correlation_id: event?.correlation_id,
      })
      const [{ hold }] = order.holds as [(typeof order.holds)[number]]
      const decided = await ask<OrderStory>(`orders/${ORDER}/dismiss`, { hold, by: 'bob', note: 'seen' })
      expect(decided.order).toMatchObject({ held: false })
      expect(decided.order.audit.at(-1)).toMatchObject({ action: 'dismiss', by: 'bob', note: 'seen' })
    })

    it('names what is wrong, and what is not there', async () => {
      expect(await ask('orders?state=closed')).toMatchObject({
        code: 'invalid_request',
        errors: [{ field: 'state' }],
      })
      expect(await ask('orders?provider=alipay')).toMatchObject({ errors: [{ field: 'provider' }] })
      expect(await ask('orders?from=2026-02-30')).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(await ask('orders/NO-SUCH-1')).toMatchObject({ status: 404, code: 'order_not_found' })
      expect(await ask(`orders/${ORDER}/accept`, { hold: 'x', by: 'a', note: 'b' })).toMatchObject({
        status: 404,
        code: 'hold_not_found',
        action: expect.stringMatching(/\S/),
      })
      expect(await ask(`orders/${ORDER}/dismiss`, { hold: 'x' })).toMatchObject({ errors: [{ field: 'by' }] })
      expect(await ask('reconciliation?from=2026-01-01&to=2026-03-01')).toMatchObject({
        errors: [{ field: 'from' }],
      })
      expect(await ask('reconciliation/today')).toMatchObject({ errors: [{ field: 'day' }] })
    })

    it('lists refunds, and finds them by either number', async () => {
      const { entries } = await ask<Listing<RefundRow>>('refunds')
      expect(entries.find(({ out_refund_no }) => out_refund_no === 'DESK-R1')).toMatchObject({
        out_trade_no: ORDER,
      })
      for (const number of [ORDER, 'DESK-R1']) {
        const found = await ask<Listing<RefundRow>>(`refunds?q=${number}`)
        expect(found.entries.map(({ out_refund_no }) => out_refund_no)).toEqual(['DESK-R1'])
      }
    })

    it('has a day for each of the last 31, and whatever health can be asked for', async () => {
      const { entries } = await ask<Listing<DayRow>>('reconciliation')
      expect([entries.length, entries[0]]).toEqual([31, { day: expect.any(String), verdict: 'missing' }])
      await here().stack.fire('sweep')
      const health = await ask<Health>('health')
      expect(health.circuit).toEqual({ state: 'closed', since: expect.any(String) })
      expect(health.checks.map(({ level }) => level)).not.toContain('fail')
      expect(health.queues.map(({ name }) => name)).toEqual(['facts', 'facts_dead_letter', 'key_refresh'])
      expect(new Set(health.keys.map(({ kind }) => kind))).toEqual(
        new Set(['merchant_certificate', 'platform_certificate', 'wechatpay_public_key']),
      )
      expect(health.switches).toContainEqual({ name: 'refunds', on: false })
      expect(health.pending_facts).toMatchObject({ more: false })
    })

    it('tells notifications with the rule that refused one, opens them masked, and has them sent again', async () => {
      await here().wxpay(['send-test', '--fault', 'tampered_body'])
      const refused = await ask<Listing<NotificationRow>>('notifications?outcome=refused')
      expect(refused.entries[0]).toMatchObject({ status: 401, rule: expect.stringMatching(/^unverified: /) })
      const { entries } = await ask<Listing<NotificationRow>>('notifications?outcome=received')
      const row = entries.find(({ out_trade_no }) => out_trade_no === ORDER)!
      expect(row).toMatchObject({
        status: 204,
        event_type: 'TRANSACTION.SUCCESS',
        fact_key: expect.any(String),
      })
      const full = await ask<NotificationInFull>(`notifications/${encodeURIComponent(row.id)}`)
      expect([full.can_resend, full.raw?.headers['Wechatpay-Signature']]).toEqual([true, '***'])
      expect(JSON.parse(full.decrypted!)).toMatchObject({ out_trade_no: ORDER, payer: { openid: '***' } })
      expect(await ask<Resent>(`notifications/${encodeURIComponent(row.id)}/resend`, {})).toMatchObject({
        attempts: [{ status: 204 }],
      })
      expect(await ask('notifications/none')).toMatchObject({ code: 'not_here' })
    })

    it('draws what was settled, and how long notifications took', async () => {
      const { payments, notification_p95_ms: slow, step_seconds, mismatches } = await ask<Charts>('charts')
      const sum = (points: readonly ChartPoint[]) =>
        points.reduce((total, { value }) => total + (value ?? 0), 0)
      expect([payments.length, step_seconds, mismatches.length]).toEqual([60, 60, 31])
      expect(sum(payments)).toBeGreaterThanOrEqual(1)
      expect(sum(slow)).toBeGreaterThan(0)
      expect(await ask('charts?minutes=0')).toMatchObject({ errors: [{ field: 'minutes' }] })
    })

    it('of a deployed stack opens by its link alone, shows, and has no simulator', async () => {
      const { local: _, ...deployed } = here().access
      const server = await openDesk(world, deployed, { port: 0, write: false, page: new Map() })
      const { pathname, search } = new URL(server.url)
      const cookie = String((await call(server, pathname + search)).headers['set-cookie']).split(';')[0]!
      expect(codeOf(await call(server, '/api/orders'))).toBe('403 no_session')
      const about = JSON.parse((await call(server, '/api/about', { headers: { cookie } })).body) as About
      expect(about).toMatchObject({ place: 'deployed', write: false })
      expect(about.pages).not.toContain('simulator')
      expect(codeOf(await call(server, '/api/simulator/orders', { headers: { cookie } }))).toBe(
        '404 not_here',
      )
      await server.stop()
    })

    it('is served by wxpay console until Ctrl-C', async () => {
      const { code, out } = await here().wxpay(['console'], { interrupted: AbortSignal.abort() })
      expect(out).toMatch(/^the console of the stack local: http:\/\/127\.0\.0\.1:\d+\/\nIt only shows; /)
      expect(code).toBe(0)
    })
  })
}
