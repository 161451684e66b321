import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBills } from '#shared/alipay/bills/day-bill.ts'
import type { BillDeps } from '#shared/alipay/bills/day-bill.ts'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { beijingDay, DAY_MS, dayStart } from '#shared/beijing-day.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { silentLogger } from '#shared/log.ts'
import { fen } from '#shared/money.ts'
import type { BillChannel, TradeRow } from '#shared/orders/bill-channel.ts'
import { APP, APP_ID as APP_OF_TESTS, RING, signedAnswer } from '#test/alipay/alipay-keys.ts'
import { failureOf } from '#test/alipay/gateway-fixture.ts'
import { APP_ID, startAlipayWorld } from './fixture.ts'
import type { AlipayWorld } from './fixture.ts'

const HOUR_MS = 3_600_000
const today = beijingDay(Date.now())
const tomorrowAt = (hour: number) => dayStart(today) + DAY_MS + hour * HOUR_MS
let world: AlipayWorld
let transport: ReturnType<typeof createHttpTransport>
let passed = 0

beforeAll(async () => {
  world = await startAlipayWorld({ mode: 'public_key' })
  transport = createHttpTransport()
  await world.paid('BILL-1')
  await world.paid('BILL-2')
  const payment = { out_trade_no: 'BILL-1', amount: { total: fen(8880), currency: 'CNY' } }
  await world.alipay.createRefund(
    world.alipay.refundBody(payment, { out_refund_no: 'R1', amount: { refund: fen(80) } }, ''),
  )
})
afterAll(async () => {
  transport.close()
  await world.stop()
})

/** Alipay's time moves for whoever tests it. */
async function until(moment: number): Promise<void> {
  const ahead = moment - Date.now() - passed
  if (ahead <= 0) return
  await world.simulator.advance(ahead)
  passed += ahead
}

function bills(more: Partial<BillDeps> = {}): BillChannel {
  const { app_private_key_pem: private_key, alipay_public_key_pem: pem } = world.show.keys()
  return createBills({
    appId: APP_ID,
    account: `alipay:${APP_ID}`,
    gatewayUrl: world.show.gatewayUrl,
    signer: async () => loadAppSigner({ private_key }),
    keyRing: async () => createAlipayKeyRing([{ kind: 'public_key', pem }]),
    transport,
    download: createHttpDownload(),
    clock: { now: () => Date.now() + passed },
    logger: silentLogger,
    sleep: async () => {},
    ...more,
  })
}

async function firstOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  for await (const chunk of chunks) return chunk
  return undefined
}

async function read(channel: BillChannel) {
  const bill = await channel.dayBill('trade', today)
  if (bill.state !== 'ready') return bill.state
  const rows: TradeRow[] = []
  const told = await channel.readTrade?.(bill.file, (row) => void rows.push(row)).catch(String)
  return { told, rows, sha1: bill.file.sha1 }
}

describe('the bill of a day', () => {
  it('is not there on its day, nor before ten of the next', async () => {
    expect(await failureOf(bills().dayBill('trade', today))).toMatchObject({ code: 'refused' })
    await until(tomorrowAt(9))
    expect(await read(bills())).toBe('creating')
  })

  it('is loaded, unpacked and read to its sums', async () => {
    await until(tomorrowAt(10.5))
    const { told, rows, sha1 } = (await read(bills())) as Exclude<Awaited<ReturnType<typeof read>>, string>
    expect(told).toEqual({ rows: 3 })
    expect(sha1).toMatch(/^[0-9a-f]{40}$/)
    expect(rows.map((row) => [row.kind, row.out_trade_no])).toEqual([
      ['payment', 'BILL-1'],
      ['payment', 'BILL-2'],
      ['refund', 'BILL-1'],
    ])
    expect(rows[2]).toMatchObject({ out_refund_no: 'R1', refund: 80, mchid: `alipay:${APP_ID}` })
  })

  it.each([
    ['bill_row_missing', { rows: 2 }],
    ['bill_wrong_sum', 'BillError: sums_differ: 交易'],
    ['bill_cut', 'BillError: not_readable'],
    ['bill_late', 'creating'],
  ] as const)('is told with the fault %s', async (kind, expected) => {
    await until(tomorrowAt(10.5))
    await world.show.control.addFault({ kind, match: { bill_date: today } })
    const seen = await read(bills())
    expect(typeof seen === 'string' ? seen : seen.told).toEqual(expected)
  })

  it('is none where nothing happened, once it would have come', async () => {
    await until(tomorrowAt(13))
    expect(await bills().dayBill('trade', beijingDay(Date.now() - DAY_MS))).toEqual({ state: 'none' })
  })

  it.each(['fund_flow', 'recharge_refund'] as const)('of %s is not offered', async (kind) => {
    expect(await bills().dayBill(kind, today)).toEqual({ state: 'not_offered' })
  })

  it.each([
    ['http://dwbillcenter.alipay.com/downloadBillFile.resource?token=1', 'https://dwbillcenter.alipay.com'],
    ['https://dwbillcenter.alipay.com/x', 'https://dwbillcenter.alipay.com'],
    ['https://alipay.com.evil.example/x', undefined],
    ['https://evil-alipay.com/x', undefined],
    ['https://user@dwbillcenter.alipay.com/x', undefined],
    ['https://dwbillcenter.alipay.com:8443/x', undefined],
    ['http://169.254.169.254/latest', undefined],
    ['file:///etc/passwd', undefined],
    ['nonsense', undefined],
  ])('at %s is loaded from %s', async (bill_download_url, origin) => {
    const method = 'alipay.data.dataservice.bill.downloadurl.query'
    const answer = Buffer.from(signedAnswer(method, { code: '10000', bill_download_url }))
    const asked: string[] = []
    const channel = bills({
      appId: APP_OF_TESTS,
      signer: async () => loadAppSigner({ private_key: APP.privatePem }),
      keyRing: async () => RING,
      transport: { send: async () => ({ status: 200, headers: {}, body: answer }) },
      download: async (request) => {
        asked.push(request.origin)
        return { status: 404, headers: {}, chunks: (async function* () {})() }
      },
    })
    const seen = await channel.dayBill('trade', today).then(
      async (bill) => (bill.state === 'ready' ? failureOf(firstOf(bill.file.chunks)) : undefined),
      (error: unknown) => error,
    )
    expect(seen).toMatchObject({ code: origin === undefined ? 'invalid_answer' : 'server_error' })
    expect(asked).toEqual(origin === undefined ? [] : [origin])
  })
})
