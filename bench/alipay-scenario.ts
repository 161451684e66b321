/** Payments by Alipay, on a stage that has both channels. */
import { alipayAccount } from '#shared/facts/account.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { LocalStack } from '#local/stack-options.ts'
import type { AlipayControl } from '#simulator/alipay/control-client.ts'
import { type Counts, createMeasure, difference } from './measure.ts'
import { AT_ONCE, call, eachOf, lastReports, settled } from './scenario-steps.ts'

export interface AlipayPlayed {
  readonly payments: number
  readonly counts: Counts
}

interface AlipayScenario {
  readonly payments: number
  /** How long Alipay takes to answer a call. */
  readonly alipayMs: number
}

/** As at WeChat. */
const DUPLICATE_EVERY = 20

export async function playAlipay(
  stack: LocalStack,
  { payments, alipayMs }: AlipayScenario,
): Promise<AlipayPlayed> {
  const app = stack.description.alipay_app_id
  const control = stack.simulator?.alipay?.control
  if (app === undefined || control === undefined) throw new Error('this stack has no Alipay')
  const pay = (number: string) => payment({ stack, control, account: alipayAccount(app) }, number)
  const measure = createMeasure(stack)
  try {
    await eachOf(2 * AT_ONCE, (index) => pay(`WARM_ALIPAY_${index}`))
    await lastReports()
    await control.addFault({ kind: 'slow', delay_ms: alipayMs, count: null })
    const before = measure.snapshot()
    await eachOf(payments, async (index) => {
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
  readonly stack: LocalStack
  readonly control: AlipayControl
  readonly account: string
}

/** By a code that the payer scans. */
async function payment({ stack, control, account }: There, number: string): Promise<void> {
  const placed = await call(stack, 'POST', '/v1/payments', {
    provider: 'alipay',
    channel: 'precreate',
    out_trade_no: number,
    description: 'A cup of tea',
    amount: { total: 100 },
  })
  const { code_url: qr_code } = JSON.parse(placed)
  await control.pay({ qr_code })
  await settled(stack, paymentFactKey(account, number, 'SUCCESS'))
  await call(stack, 'GET', `/v1/payments/${number}?provider=alipay`)
}
