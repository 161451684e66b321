import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultInput } from '#simulator/faults.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { businessDay, createBillingMerchant, daysAfter, readFunds, readTrade, sha1 } from './support/bills.ts'
import type { BillingMerchant } from './support/bills.ts'
import { APPID, MCHID } from './support/merchant.ts'

let simulator: Simulator
let billing: BillingMerchant
let date: string

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  billing = createBillingMerchant(simulator)
  date = await businessDay(simulator)
})
beforeEach(() => simulator.control.clearFaults())
afterAll(() => simulator.stop())

describe('a bill on command', () => {
  type Kind = Extract<FaultInput['kind'], `bill_${string}`>
  const broken = (kind: Kind, match: FaultInput['match'] = {}): Promise<unknown> =>
    simulator.control.addFault({ kind, match })
  const load = () => billing.bill('tradebill', `bill_date=${date}`)
  const codeOf = async (kind: 'tradebill' | 'fundflowbill', day = date): Promise<unknown> =>
    (await billing.apply(kind, `bill_date=${day}`)).json.code

  it('is late, or not there at all, as often as asked for, and for what is asked for', async () => {
    await broken('bill_late', { endpoint: 'tradebill' })
    expect(await codeOf('fundflowbill')).toBeUndefined()
    expect(await codeOf('tradebill')).toBe('STATEMENT_CREATING')
    expect(await codeOf('tradebill')).toBeUndefined()
    await broken('bill_absent', { bill_date: daysAfter(date, -1) })
    expect(await codeOf('tradebill')).toBeUndefined()
    await broken('bill_absent', { bill_date: date })
    expect(await codeOf('fundflowbill')).toBe('NO_STATEMENT_EXIST')
    const match = { endpoint: 'tradebill', bill_date: date } as const
    await simulator.control.addFault({ kind: 'error', code: 'NO_AUTH', match })
    expect(await codeOf('tradebill', daysAfter(date, -1))).toBe('NO_STATEMENT_EXIST')
    expect(await codeOf('tradebill')).toBe('NO_AUTH')
  })

  it('has another hash', async () => {
    await broken('bill_wrong_hash')
    const { announced, text } = await load()
    expect(announced.hash_value).not.toBe(sha1(text!))
    expect((await readTrade(text!)).bill.rows).toBe(4)
  })

  it('is cut, packed or not', async () => {
    await broken('bill_cut')
    const { announced, text } = await load()
    expect(text).not.toContain('总交易单数')
    expect(announced.hash_value).not.toBe(sha1(text!))
    await broken('bill_cut')
    expect((await billing.bill('tradebill', `bill_date=${date}&tar_type=GZIP`)).text).toBeUndefined()
  })

  it('lacks its first row, and nothing in it tells', async () => {
    await broken('bill_row_missing')
    const { announced, text } = await load()
    expect(announced.hash_value).toBe(sha1(text!))
    expect((await readTrade(text!)).bill.rows).toBe(3)
  })

  it('has a sum that its rows do not make', async () => {
    await broken('bill_wrong_sum')
    const { announced, text } = await load()
    expect(announced.hash_value).toBe(sha1(text!))
    await expect(readTrade(text!)).rejects.toThrow('sums_differ')
    await broken('bill_wrong_sum')
    const funds = await billing.bill('fundflowbill', `bill_date=${date}`)
    await expect(readFunds(funds.text!)).rejects.toThrow('sums_differ')
  })

  it('has the 24 columns of before 2018', async () => {
    await broken('bill_old_layout')
    const { text } = await load()
    const { bill, rows } = await readTrade(text!)
    expect(bill).toEqual({ layout: 'old', rows: 4 })
    expect(text!.split('\r\n')[0]!.split(',')).toHaveLength(24)
    expect(text).toMatch(/`\d{4}-\d\d-\d\d 12：0\d：\d\d,/)
    expect(rows.map((row) => row.kind === 'payment' && row.total)).toEqual([100, 100, 7000, false])
  })
})
