/** The commands of the reconciliation, on a stack that others use before: the morning after comes at WeChat. */
import { describe, expect, it } from 'vitest'
import { callApi } from '#cli/stack/api-client.ts'
import { beijingDay, DAY_MS, dayStart } from '#shared/beijing-day.ts'
import type { CliStack } from './cli-stack.ts'

export function describeReconcile(here: () => CliStack): void {
  describe('reconcile', () => {
    it('runs a day, shows its report, and lists what differed as text, CSV and JSON', async () => {
      const { now } = await here().control.advance(0)
      const day = beijingDay(now)
      expect(await here().wxpay(['reconcile', 'show', day])).toMatchObject({
        code: 1,
        err: expect.stringContaining(`no run of the day ${day} was made`),
      })
      await here().control.addFault({ kind: 'drop', match: { out_trade_no: 'CLI-BILL-1' } })
      const body = {
        channel: 'native',
        out_trade_no: 'CLI-BILL-1',
        description: 'tea',
        amount: { total: 100 },
      } as const
      await callApi(here().access, (api) => api.createPayment(body))
      await here().control.pay({ out_trade_no: 'CLI-BILL-1' })
      await here().control.advance(dayStart(day) + 1.5 * DAY_MS - now)
      const ran = await here().wxpay(['reconcile', 'run', day])
      expect(ran.out).toMatch(
        /state +complete[\s\S]*trade_bill +\d+ rows[\s\S]*differing +.*1 only_at_wechat/,
      )
      const shown = JSON.parse((await here().wxpay(['reconcile', 'show', day, '--json'])).out)
      expect(shown).toMatchObject({ run: { day, state: 'complete' }, report: { day, complete: true } })
      const told = await here().wxpay(['reconcile', 'diff', day])
      expect(told.out).toMatch(/payment +only_at_wechat +healed +CLI-BILL-1 +\d+ +100 +100/)
      const csv = (await here().wxpay(['reconcile', 'diff', day, '--csv'])).out.split('\r\n')
      expect(csv[0]).toBe('kind,difference,outcome,out_trade_no,out_refund_no,transaction_id,billed,booked')
      expect(csv.find((line) => line.includes('CLI-BILL-1'))?.trim()).toMatch(
        /^payment,only_at_wechat,healed,"CLI-BILL-1",,\d+,100,100$/,
      )
      const listed = JSON.parse((await here().wxpay(['reconcile', 'diff', day, '--json'])).out)
      expect(listed).toEqual({
        total: shown.report.findings.length,
        findings: shown.report.findings,
      })
    })

    it('takes days of the calendar, and one form of output', async () => {
      expect(await here().wxpay(['reconcile', 'run', '2026-02-30'])).toMatchObject({
        code: 2,
        err: expect.stringContaining('<day> must be a day of the calendar'),
      })
      expect((await here().wxpay(['reconcile', 'diff', '2026-11-24', '--csv', '--json'])).code).toBe(2)
      expect(await here().wxpay(['reconcile', 'run', '2026-01-31'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('day must be one of the last 90 days of Beijing'),
      })
    })
  })
}
