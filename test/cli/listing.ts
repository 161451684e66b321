/** `order ls` and `trace` on the stack of a test file. */
import { describe, expect, it } from 'vitest'
import type { Moment } from '#console/contract.ts'
import { callApi } from '#cli/stack/api-client.ts'
import type { CliStack } from './cli-stack.ts'

export function describeListing(here: () => CliStack): void {
  describe('order ls', () => {
    it('lists what is held, with why, and says so when nothing is', async () => {
      const cli = here()
      await cli.paidOrder('CLI-LS-1')
      await callApi(cli.access, (api) => api.holdPayment('CLI-LS-1', { by: 'ann', note: 'odd' }))
      const { code, out } = await cli.wxpay(['order', 'ls', '--state', 'held'])
      expect(out).toMatch(/^OUT_TRADE_NO +STATUS +FEN .*\n/)
      expect(out).toMatch(/\nCLI-LS-1 +PAID +100 +placed_by_operator +/)
      expect(code).toBe(0)
      expect((await cli.wxpay(['order', 'ls', '--hold', 'over_refunded'])).out).toBe(
        'no order is held as over_refunded\n',
      )
    })

    it('goes through the pages up to its limit, and says that there may be more', async () => {
      const cli = here()
      for (const number of ['CLI-LS-2', 'CLI-LS-3']) await cli.paidOrder(number)
      const all = JSON.parse((await cli.wxpay(['order', 'ls', '--state', 'paid', '--json'])).out)
      const numbers = all.orders.map((order: { out_trade_no: string }) => order.out_trade_no)
      expect(numbers).toEqual(expect.arrayContaining(['CLI-LS-1', 'CLI-LS-2', 'CLI-LS-3']))
      expect(all).toMatchObject({ total: numbers.length, more: false, unreadable: [] })
      const one = JSON.parse((await cli.wxpay(['order', 'ls', '--limit', '1', '--json'])).out)
      expect(one).toMatchObject({ total: 1, more: true })
    })

    it('gives the rule that the API names', async () => {
      const { code, err } = await here().wxpay(['order', 'ls', '--from', '2026-02-30'])
      expect([code, err]).toEqual([1, expect.stringContaining('from must be a day of the calendar')])
    })
  })

  describe('trace', () => {
    it('tells the same story by every number of it', async () => {
      const cli = here()
      await cli.paidOrder('CLI-TRACE-1')
      await callApi(cli.access, (api) =>
        api.createRefund('CLI-TRACE-1', { out_refund_no: 'CLI-TRACE-R1', amount: { refund: 40 } }),
      )
      const done = cli.settled('CLI-TRACE-R1#SUCCESS')
      await cli.control.finishRefund('CLI-TRACE-R1')
      await done
      const { transaction_id = '' } =
        (await cli.control.orders()).find(({ out_trade_no }) => out_trade_no === 'CLI-TRACE-1') ?? {}
      const tell = async (number: string) => JSON.parse((await cli.wxpay(['trace', number, '--json'])).out)
      const story = await tell('CLI-TRACE-1')
      const seen = story.timeline.map(({ kind, what, amount }: Moment) =>
        `${kind} ${what} ${amount ?? ''}`.trim(),
      )
      expect(
        seen.filter((line: string) => !line.includes('PROCESSING') && !line.includes('created')),
      ).toEqual([
        'request payment 100',
        'fact payment 100',
        'event payment.succeeded',
        'request refund 40',
        'fact refund 40',
        'fact refund 40',
        'refund SUCCESS 40',
        'event refund.succeeded',
      ])
      expect(story.order).toMatchObject({ out_trade_no: 'CLI-TRACE-1', refundable: 60 })
      for (const number of ['CLI-TRACE-R1', transaction_id]) expect(await tell(number)).toEqual(story)
    })

    it('is a line a moment, and says when there is nothing under a number', async () => {
      const cli = here()
      const { out } = await cli.wxpay(['trace', 'CLI-LS-1'])
      expect(out).toMatch(/\n\S+Z +fact +payment SUCCESS +100 fen +by notification, 42/)
      expect(out).toMatch(/\n\S+Z +decision +hold +operator#\S+, by ann, odd/)
      expect(out).toMatch(/\n\S+Z +event +order.held +version \d+, refundable 100 fen, held: operator#/)
      const { code, err } = await cli.wxpay(['trace', 'NO-SUCH-NUMBER'])
      expect([code, err]).toEqual([1, expect.stringContaining('has nothing under this number')])
    })
  })
}
