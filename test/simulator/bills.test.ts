import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBill } from '#shared/bills/open-bill.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { silentLogger } from '#shared/log.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { createBills } from '#shared/wechat/v3/bills.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { FUND_COLUMNS, FUND_SUMS } from '#test/bills/sample-bill.ts'
import {
  SUB_MCHID,
  businessDay,
  createBillingMerchant,
  daysAfter,
  readFunds,
  readTrade,
  sha1,
} from './support/bills.ts'
import type { BillingMerchant } from './support/bills.ts'
import { APPID, MCHID, createMerchant } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant
let billing: BillingMerchant
let date: string

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  merchant = createMerchant(simulator)
  billing = createBillingMerchant(simulator)
  date = await businessDay(simulator)
})
afterAll(() => simulator.stop())

describe('the fund-flow bill', () => {
  it('has every move of money, and what was left after it', async () => {
    const { announced, text } = await billing.bill('fundflowbill', `bill_date=${date}`)
    expect(announced.hash_value).toBe(sha1(text!))
    const lines = text!.replace(/^\uFEFF/, '').split('\r\n')
    expect([lines[0], lines.at(-3)]).toEqual([FUND_COLUMNS, FUND_SUMS])
    expect(lines.at(-2)).toBe('`6.0,`3.0,`2.30,`3.0,`0.32')
    const cells = lines.slice(1, -3).map((line) => line.slice(1).split(',`'))
    expect(cells.map(([, , , ...rest]) => rest.slice(0, 5))).toEqual([
      ['交易', '交易', '收入', '1.00', '1.00'],
      ['交易', '扣除交易手续费', '支出', '0.01', '0.99'],
      ['交易', '交易', '收入', '1.00', '1.99'],
      ['交易', '扣除交易手续费', '支出', '0.01', '1.98'],
      ['退款', '退款', '支出', '0.30', '1.68'],
      ['退款', '退款关闭', '收入', '0.30', '1.98'],
    ])
    expect(cells.map(([time]) => time!.slice(11, 13))).toEqual(['12', '12', '12', '12', '13', '14'])
    expect(cells[4]!.slice(8)).toEqual([`${MCHID}API`, '缺货', 'R-1'])
    expect(new Set(cells.map(([, , flow]) => flow)).size).toBe(6)
  })

  it('is read by the product', async () => {
    const { text } = await billing.bill('fundflowbill', `bill_date=${date}&account_type=BASIC&tar_type=GZIP`)
    const { bill } = await readFunds(text!)
    expect(bill).toEqual({ rows: 6, in: { rows: 3, amount: 230 }, out: { rows: 3, amount: 32 } })
  })

  it('of a sub-merchant is of its own account, which has the money of its orders', async () => {
    const { text } = await billing.bill('fundflowbill', `bill_date=${date}&sub_mchid=${SUB_MCHID}`)
    const { bill } = await readFunds(text!)
    expect(bill).toMatchObject({ rows: 2, in: { amount: 7000 }, out: { amount: 42 } })
  })

  it('of other accounts is empty, and there are no more', async () => {
    const empty = await billing.apply('fundflowbill', `bill_date=${date}&account_type=FEES`)
    expect([empty.status, empty.json.code]).toEqual([400, 'NO_STATEMENT_EXIST'])
    const unknown = await billing.apply('fundflowbill', `bill_date=${date}&account_type=OTHER`)
    expect([unknown.json.code, unknown.json.detail.field]).toEqual(['PARAM_ERROR', 'account_type'])
  })
})

describe('a bill', () => {
  it.each<[string, () => string, string]>([
    ['no date', () => 'bill_type=ALL', 'bill_date'],
    ['a date in another form', () => `bill_date=${date.replaceAll('-', '')}`, 'bill_date'],
    ['a day that is none', () => 'bill_date=2026-02-30', 'bill_date'],
    ['today', () => `bill_date=${daysAfter(date, 1)}`, 'bill_date'],
    ['tomorrow', () => `bill_date=${daysAfter(date, 2)}`, 'bill_date'],
    ['a day four months ago', () => `bill_date=${daysAfter(date, -123)}`, 'bill_date'],
    ['an unknown type', () => `bill_date=${date}&bill_type=EVERYTHING`, 'bill_type'],
    ['another packing', () => `bill_date=${date}&tar_type=ZIP`, 'tar_type'],
  ])('is refused for %s', async (_name, query, field) => {
    const { status, json } = await billing.apply('tradebill', query())
    expect([status, json.code, json.detail.field]).toEqual([400, 'PARAM_ERROR', field])
  })

  it('of a day without anything is none', async () => {
    const { status, json } = await billing.apply('tradebill', `bill_date=${daysAfter(date, -1)}`)
    expect([status, json.code]).toEqual([400, 'NO_STATEMENT_EXIST'])
    const noRefunds = await billing.apply('tradebill', `bill_date=${date}&bill_type=RECHARGE_REFUND`)
    expect(noRefunds.json.code).toBe('NO_STATEMENT_EXIST')
  })

  it('is packed where that is asked for, and its hash is that of the bill itself', async () => {
    const { announced, type, bytes, text } = await billing.bill(
      'tradebill',
      `bill_date=${date}&tar_type=GZIP`,
    )
    expect(type).toBe('application/x-gzip')
    expect(announced.download_url).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/v3\/billdownload\/file\?token=\w{64}&tartype=gzip$/,
    )
    expect(sha1(gunzipSync(bytes).toString('utf8'))).toBe(announced.hash_value)
    expect(text).toContain('总交易单数')
  })

  it('is loaded with a signature from its address, for five minutes', async () => {
    const { announced } = await billing.bill('tradebill', `bill_date=${date}`)
    const path = announced.download_url.slice(simulator.url.length)
    const unsigned = await merchant.get(path, { headers: { Authorization: undefined } })
    expect([unsigned.status, unsigned.json.code]).toEqual([401, 'SIGN_ERROR'])
    const otherQuery = await merchant.get(path, { sign: { url: path.replace(/\?.*/, '') } })
    expect(otherQuery.status).toBe(401)
    const unknown = await merchant.get('/v3/billdownload/file?token=unknown')
    expect([unknown.status, unknown.json.code]).toEqual([400, 'INVALID_REQUEST'])
    expect((await billing.load(announced)).status).toBe(200)
    await simulator.advance(5 * 60_000)
    const late = await billing.load(announced)
    expect([late.status, late.json.code]).toEqual([400, 'INVALID_REQUEST'])
  })

  it('lies where the caller came from', async () => {
    const query = `/v3/bill/tradebill?bill_date=${date}`
    const { body } = await merchant.get(query, { headers: { Host: 'api.mch.weixin.qq.com' } })
    expect(JSON.parse(body.toString('utf8'))).toMatchObject({
      download_url: expect.stringMatching(/^http:\/\/api\.mch\.weixin\.qq\.com\/v3\/billdownload\/file\?/),
    })
  })
})

describe("the product's own channel", () => {
  let bills: BillChannel
  beforeAll(() => {
    const [own] = simulator.keys().merchant
    const [platform] = simulator.keys().platform.certificates
    bills = createBills({
      mchid: MCHID,
      apiUrls: [simulator.url, simulator.backupUrl],
      signer: async () => ({
        mchid: MCHID,
        serialNo: own!.serial_no,
        privateKey: loadPrivateKey(own!.private_key_pem!),
      }),
      keyRing: async () =>
        createKeyRing([{ serial: platform!.serial_no, kind: 'certificate', pem: platform!.certificate_pem }]),
      transport: createHttpTransport(),
      download: createHttpDownload(),
      clock: { now: () => Date.now() },
      logger: silentLogger,
    })
  })

  it('applies for the bill of a day, loads it and finds its hash right', async () => {
    const day = await bills.dayBill('trade', date)
    if (day.state !== 'ready') throw new Error(day.state)
    let text = ''
    for await (const chunk of openBill(day.file.chunks, { sha1: day.file.sha1, maxBytes: 1_000_000 }))
      text += Buffer.from(chunk).toString('utf8')
    expect((await readTrade(text)).bill.rows).toBe(4)
  })

  it('learns that there is none, or not yet', async () => {
    expect(await bills.dayBill('fund_flow', daysAfter(date, -1))).toEqual({ state: 'none' })
    await simulator.control.addFault({ kind: 'bill_late' })
    expect(await bills.dayBill('trade', date)).toEqual({ state: 'creating' })
  })
})
