/** Chapter 10, second part: the bill of the same day at Alipay. */
import { beijingDay } from '#shared/beijing-day.ts'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { placeAtAlipay } from './alipay.ts'
import { reconciled } from './reconciling.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'

/** Its notification is lost, and nobody asks. */
const LOST = 'DEMO_ALIPAY_BILL_1'
/** Refunded on the merchant platform, and its notification is lost. */
const ELSEWHERE = 'DEMO_ALIPAY_BILL_2'
const ADOPTED = 'DEMO_ALIPAY_BILL_R_2'

/** What only Alipay knows of this day. @returns the day */
export async function unheardOfAlipay(scene: Scene): Promise<string> {
  const { alipay, wechat, account } = scene
  const { now } = await wechat.advance(0)
  for (const number of [LOST, ELSEWHERE]) {
    const code = await placeAtAlipay(scene, number)
    if (number === LOST) await alipay.addFault({ kind: 'drop', match: { out_trade_no: LOST } })
    await alipay.pay({ qr_code: code })
  }
  await settled(scene, paymentFactKey(account, ELSEWHERE, 'SUCCESS'))
  await alipay.addFault({ kind: 'drop', match: { out_request_no: ADOPTED } })
  await alipay.refundElsewhere({ out_trade_no: ELSEWHERE, amount: 300, out_request_no: ADOPTED })
  return beijingDay(now)
}

export async function reconcilingAlipay(scene: Scene, day: string): Promise<void> {
  const { story, account } = scene
  await story.step(
    `Alipay's bill of the day, a ZIP of CSV in GBK, is held against the books`,
    async (expect) => {
      const whose = { day, account, provider: 'alipay' } as const
      const report = await reconciled(scene, whose)
      expect.equal(
        'what only Alipay knew is found and healed',
        report.findings.map(({ out_trade_no, kind, difference, outcome }) =>
          [out_trade_no, kind, difference, outcome].join(' '),
        ),
        [`${LOST} payment only_at_wechat healed`, `${ELSEWHERE} refund only_at_wechat healed`],
      )
      expect.that(
        `${report.matched} other rows say what the books say`,
        report.complete && report.matched > 0,
      )
      const paid = await settled(scene, paymentFactKey(account, LOST, 'SUCCESS'))
      const adopted = await settled(scene, refundFactKey(account, ADOPTED, 'SUCCESS'))
      expect.equal(
        'both have their event',
        [paid.type, adopted.type],
        ['payment.succeeded', 'refund.succeeded'],
      )
      expect.equal('a second run finds the same', await reconciled(scene, whose), report)
    },
  )
}
