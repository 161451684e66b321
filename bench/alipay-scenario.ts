/** Payments by Alipay, on a stage that has both channels. */
import { alipayAccount } from '#shared/facts/account.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { LocalStack } from '#local/stack-options.ts'
import type { AlipayControl } from '#simulator/alipay/control-client.ts'
import { type Counts, difference } from './counts.ts'
import { createMeasure, type Measure } from './measure.ts'
import { type Merchant, overHttp } from './merchant.ts'
import { AT_ONCE, eachOf, lastReports, paced } from './scenario-steps.ts'

export interface AlipayPlayed {
  readonly payments: number
  readonly counts: Counts
}

interface AlipayScenario {
  readonly payments: number
  /** How long Alipay takes to answer a call. */
  readonly alipayMs: number
  /** So many are paid a second. */
  readonly perSecond: number
}

/** As at WeChat. */
const DUPLICATE_EVERY = 20

export async function playAlipay(
  stack: LocalStack,
  { payments, alipayMs, perSecond }: AlipayScenario,
): Promise<AlipayPlayed> {
  const app = stack.description.alipay_app_id
  const control = stack.simulator?.alipay?.control
  if (app === undefined || control === undefined) throw new Error('this stack has no Alipay')
  const measure = createMeasure(stack)
  const there = { measure, control, merchant: overHttp(stack), account: alipayAccount(app) }
  const pay = (number: string) => payment(there, number)
  try {
    await eachOf(2 * AT_ONCE, (index) => pay(`WARM_ALIPAY_${index}`))
    await lastReports()
    await control.addFault({ kind: 'slow', delay_ms: alipayMs, count: null })
    const before = measure.snapshot()
    await paced(payments, { perSecond, atOnce: AT_ONCE }, async (index) => {
      const number = `COST_ALIPAY_${index}`
      if (index % DUPLICATE_EVERY === 0)
        await control.addFault({ kind: 'duplicate', times: 2, match: { out_trade_no: number } })
      await pay(number)
    })
    await lastReports()
    return { payments, counts: difference(measure.snapshot(), before) }
  } finally {
    measure.stop()
  }
}

interface There {
  readonly measure: Measure
  readonly control: AlipayControl
  readonly merchant: Merchant
  readonly account: string
}

/** By a code that the payer scans. */
async function payment({ measure, control, merchant, account }: There, number: string): Promise<void> {
  const { code_url: qr_code = '' } = await merchant.createPayment({
    provider: 'alipay',
    channel: 'precreate',
    out_trade_no: number,
    description: 'A cup of tea',
    amount: { total: 100 },
  })
  await control.pay({ qr_code })
  await measure.settled(paymentFactKey(account, number, 'SUCCESS'))
  await merchant.queryPayment(number, { provider: 'alipay' })
}
