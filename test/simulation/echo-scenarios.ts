/** Refunds that WeChat has, and says that it does not. */
import { ORDER, paidBefore } from './before.ts'
import type { Scenario } from './scenario.ts'

/** WeChat takes the refund, its answer is lost, and for minutes its queries and refusals say that there is none. */
function refundEchoed(name: string, minutes: number): Scenario {
  return {
    name,
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.model.echoed.set('R-1', minutes * 60_000)
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    },
    delays: (since) => ({ requestMs: 0, answerMs: since < 5000 ? 40_000 : 0 }),
    conditions: { helpMs: 0 },
    randomOnly: true,
  }
}

export const echoScenarios: readonly Scenario[] = [
  refundEchoed('refund-echoed', 20),
  refundEchoed('refund-echoed-for-long', 90),
]
