/** A short history for the pictures: a few orders through the local stack, with a little of everything that can happen to them. */
import { setTimeout as pause } from 'node:timers/promises'
import { beijingDay, DAY_MS, dayStart } from '#shared/beijing-day.ts'
import type { LocalStack } from '#local/stack-options.ts'
import type { ControlClient } from '#simulator/control-client.ts'

/** In the morning, when WeChat has its bills. */
const MORNING_MS = 10.6 * 3_600_000
/** A chart of one minute shows nothing: the payments are minutes apart, some of them. */
const BETWEEN_MS = [0, 30_000, 45_000]
const TEAS = ['龙井 Longjing', '普洱 Pu’er', '红茶 Black tea', '茉莉花茶 Jasmine']

/** @returns the day that was reconciled */
export async function playHistory(stack: LocalStack): Promise<string> {
  const { simulator } = stack
  if (simulator === undefined) throw new Error('the pictures need the simulator')
  const play: Play = { stack, wechat: simulator.control }
  for (let number = 982; number <= 991; number += 1) {
    await paid(play, `TEA-0${number}`, 1000 + ((number * 937) % 9000))
    await pause(BETWEEN_MS[number % 3])
  }
  await refunded(play)
  await refused(play)
  await held(play)
  const day = await lost(play)
  await reconciled(play, day)
  await waiting(play)
  return day
}

interface Play {
  readonly stack: LocalStack
  readonly wechat: ControlClient
}

async function post({ stack }: Play, path: string, body: object): Promise<void> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await response.text()
}

async function placed(play: Play, number: string, total: number): Promise<void> {
  const description = TEAS[Number(number.slice(-1)) % TEAS.length]
  await post(play, '/v1/payments', {
    channel: 'native',
    out_trade_no: number,
    description,
    amount: { total },
  })
}

const settled = ({ stack }: Play, part: string) =>
  stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(part))

async function paid(play: Play, number: string, total: number): Promise<void> {
  await placed(play, number, total)
  await play.wechat.pay({ out_trade_no: number })
  await settled(play, `#${number}#SUCCESS`)
}

const refund = (play: Play, order: string, number: string, amount: number) =>
  post(play, `/v1/payments/${order}/refunds`, {
    out_refund_no: number,
    amount: { refund: amount },
    reason: 'damaged in transit',
  })

/** One that came to its end, and one that WeChat refused. */
async function refunded(play: Play): Promise<void> {
  await paid(play, 'TEA-1002', 128_050)
  await refund(play, 'TEA-1002', 'TEA-1002-R1', 3000)
  await play.wechat.finishRefund('TEA-1002-R1')
  await settled(play, '#TEA-1002-R1#SUCCESS')
  await play.wechat.addFault({ kind: 'error', code: 'NOT_ENOUGH', match: { endpoint: 'refund' } })
  await refund(play, 'TEA-1002', 'TEA-1002-R2', 500)
}

/** A notification that was changed on its way is refused, and so is a request that nobody signed. */
async function refused({ stack, wechat, ...rest }: Play): Promise<void> {
  const play = { stack, wechat, ...rest }
  await placed(play, 'TEA-1004', 4200)
  await wechat.addFault({ kind: 'tampered_body', match: { out_trade_no: 'TEA-1004' } })
  await wechat.pay({ out_trade_no: 'TEA-1004' })
  await wechat.advance(15_000)
  await settled(play, '#TEA-1004#SUCCESS')
  const url = stack.description.simulator_url ?? ''
  const answer = await fetch(`${url}/v3/pay/transactions/out-trade-no/TEA-1004?mchid=1900000109`)
  await answer.text()
}

async function held(play: Play): Promise<void> {
  await placed(play, 'TEA-1003', 6600)
  await play.wechat.addFault({ kind: 'wrong_amount', amount: 6500, match: { out_trade_no: 'TEA-1003' } })
  await play.wechat.pay({ out_trade_no: 'TEA-1003' })
  await settled(play, '#TEA-1003#SUCCESS')
}

/** A payment of which nobody was told. @returns its day */
async function lost(play: Play): Promise<string> {
  await placed(play, 'TEA-1005', 2500)
  await play.wechat.addFault({ kind: 'drop', match: { out_trade_no: 'TEA-1005' } })
  await play.wechat.pay({ out_trade_no: 'TEA-1005' })
  const { now } = await play.wechat.advance(0)
  return beijingDay(now)
}

async function reconciled({ stack, wechat }: Play, day: string): Promise<void> {
  const { now } = await wechat.advance(0)
  await wechat.advance(Math.max(0, dayStart(day) + DAY_MS + MORNING_MS - now))
  const result = await stack.lambda.invoke('reconcile', { day })
  if (!result.ok) throw new Error(`reconcile failed: ${result.error.errorMessage}`)
}

/** What is not at its end: a payment for the reader to pay, a refund on its way, a fault that is set. */
async function waiting(play: Play): Promise<void> {
  await refund(play, 'TEA-1002', 'TEA-1002-R3', 1200)
  await placed(play, 'TEA-1001', 8800)
  await play.wechat.addFault({ kind: 'slow', delay_ms: 2000, match: { endpoint: 'refund' }, count: 2 })
}
