/** Chapter 10: the morning after, WeChat's bill of the day is held against the books. */
import { GetObjectCommand } from '@aws-sdk/client-s3'
import * as v from 'valibot'
import { beijingDay, DAY_MS, dayStart } from '#shared/beijing-day.ts'
import type { Provider } from '#shared/providers.ts'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { atRest, placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { everythingWritten } from './tables.ts'

/** Unknown here: its notification is lost. */
const LOST = 'DEMO-BILL-1'
/** Refunded on the merchant platform, which notifies nobody. */
const ELSEWHERE = 'DEMO-BILL-2'
/** WeChat told of a payment that its own books do not have; it ends held. */
export const PHANTOM = 'DEMO-BILL-3'
/** Its notification says another amount than the bill. */
const OTHER_AMOUNT = 'DEMO-BILL-4'
/** Its refund has succeeded, and nobody told. */
const SILENT_REFUND = 'DEMO-BILL-5'
const REFUND = 'DEMO-BILL-R-5'
const ADOPTED = 'DEMO-BILL-R-2'
/** In the morning, when WeChat has its bills and nobody waits for them. */
const MORNING_MS = 10.6 * 3_600_000

const Finding = v.object({
  kind: v.string(),
  difference: v.string(),
  outcome: v.string(),
  out_trade_no: v.string(),
})
const Report = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ complete: v.boolean(), matched: v.number(), findings: v.array(Finding) }),
)

export async function reconciling(scene: Scene): Promise<void> {
  const { story } = scene
  const day = await story.step('A day with one difference of each kind', async (expect) => {
    const date = await plantDifferences(scene)
    expect.that('a payment and a refund that only WeChat has, a payment that only we have', true)
    expect.that('a payment of another amount, a refund that stands otherwise', true)
    return date
  })
  const whose = { day, account: scene.mchid, provider: 'wechat' } as const
  const first = await story.step(
    'The morning after: the bill of the day is read, and what differs is healed or held',
    async (expect) => {
      const report = await reconciled(scene, whose)
      const ours = report.findings.filter(({ out_trade_no }) => out_trade_no.startsWith('DEMO-BILL-'))
      const told = ours.map(({ kind, difference, outcome, out_trade_no }) =>
        [out_trade_no, kind, difference, outcome].join(' '),
      )
      expect.equal('each is found, and what became of it is told', told.toSorted(), [
        `${LOST} payment only_at_wechat healed`,
        `${ELSEWHERE} refund only_at_wechat healed`,
        `${PHANTOM} payment only_with_us held`,
        `${OTHER_AMOUNT} payment amount_differs held`,
        `${SILENT_REFUND} refund state_differs healed`,
      ])
      expect.that(`${report.matched} other rows say what the books say`, report.matched > 0)
      return report
    },
  )
  await story.step('What was healed is paid, refunded and told as ever', (expect) => healed(scene, expect))
  await story.step('A second run of the day changes nothing', async (expect) => {
    // What the first run found is told by settle, which may still be at it.
    await atRest(scene)
    const before = await everythingWritten(scene.stack)
    expect.equal('the report is the same', await reconciled(scene, whose), first)
    expect.equal('and not a byte of the tables is another', await everythingWritten(scene.stack), before)
    const told = scene.merchant.events.filter(({ type }) => type === 'reconciliation.completed')
    expect.equal('one event told of the day', told.length, 1)
    const clock = await scene.stack.fire('reconcile')
    expect.that(
      'the clock finds the day before empty, and complete',
      clock.every(({ ok }) => ok),
    )
  })
}

type Expect = Parameters<Parameters<Scene['story']['step']>[1]>[0]

async function healed(scene: Scene, expect: Expect): Promise<void> {
  const { merchant, mchid } = scene
  const paid = await settled(scene, paymentFactKey(mchid, LOST, 'SUCCESS'))
  expect.equal('the lost payment has its event', paid.type, 'payment.succeeded')
  const adopted = await settled(scene, refundFactKey(mchid, ADOPTED, 'SUCCESS'))
  expect.equal('so has the refund that was made elsewhere', adopted.type, 'refund.succeeded')
  const { body } = await merchant.get(`/v1/payments/${ELSEWHERE}`)
  expect.equal('what it took is no longer refundable', body['refundable'], 700)
  await settled(scene, refundFactKey(mchid, REFUND, 'SUCCESS'))
  expect.that('the refund that was at work for us has succeeded', true)
  const phantom = await merchant.get(`/v1/payments/${PHANTOM}`)
  expect.that('nothing is paid back for what only we have', phantom.body['held'] !== false)
}

/** @returns the day on which it happens. */
async function plantDifferences(scene: Scene): Promise<string> {
  const { merchant, wechat, mchid } = scene
  const { now } = await wechat.advance(0)
  for (const number of [LOST, ELSEWHERE, PHANTOM, OTHER_AMOUNT, SILENT_REFUND])
    await placeOrder(scene, number)
  await wechat.addFault({ kind: 'drop', match: { out_trade_no: LOST } })
  await wechat.addFault({ kind: 'wrong_amount', amount: 900, match: { out_trade_no: OTHER_AMOUNT } })
  for (const out_trade_no of [LOST, ELSEWHERE, OTHER_AMOUNT, SILENT_REFUND])
    await wechat.pay({ out_trade_no })
  for (const number of [ELSEWHERE, OTHER_AMOUNT, SILENT_REFUND])
    await settled(scene, paymentFactKey(mchid, number, 'SUCCESS'))
  await phantomPayment(scene, now)
  await wechat.refundElsewhere({ out_trade_no: ELSEWHERE, amount: 300, out_refund_no: ADOPTED })
  await wechat.addFault({ kind: 'drop', match: { out_refund_no: REFUND } })
  await merchant.post(`/v1/payments/${SILENT_REFUND}/refunds`, {
    out_refund_no: REFUND,
    amount: { refund: 100 },
  })
  await wechat.finishRefund(REFUND)
  return beijingDay(now)
}

/** Signed and sealed by WeChat, and in none of its books. */
async function phantomPayment(scene: Scene, now: number): Promise<void> {
  const { stack, wechat, mchid } = scene
  const { resource, ...built } = await wechat.build({ out_trade_no: ELSEWHERE })
  const success_time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const told = { ...resource, out_trade_no: PHANTOM, transaction_id: '4200009999999999', success_time }
  await wechat.send({ url: built.url ?? stack.apiUrl, event_type: 'TRANSACTION.SUCCESS', resource: told })
  await settled(scene, paymentFactKey(mchid, PHANTOM, 'SUCCESS'))
}

interface WhoseDay {
  readonly day: string
  readonly account: string
  readonly provider: Provider
}

/** Lets the morning come, has the day reconciled by hand, and reads its report. */
export async function reconciled(
  { stack, wechat }: Scene,
  { day, account, provider }: WhoseDay,
): Promise<v.InferOutput<typeof Report>> {
  const { now } = await wechat.advance(0)
  const morning = dayStart(day) + DAY_MS + MORNING_MS
  if (now < morning) await wechat.advance(morning - now)
  const result = await stack.lambda.invoke('reconcile', { day, provider })
  if (!result.ok) throw new Error(`reconcile failed: ${result.error.errorMessage}`)
  const object = { Bucket: stack.description.buckets.reports, Key: `reports/${account}/${day}.json` }
  const { Body } = await stack.clients.s3.send(new GetObjectCommand(object))
  return v.parse(Report, await Body?.transformToString())
}
