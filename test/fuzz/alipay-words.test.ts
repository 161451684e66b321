/** The edges at which Alipay's words become ours: forms, signed answers, yuan, the rows of a bill. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archivedFile } from '#shared/alipay/bills/archived-file.ts'
import { readBusinessBill } from '#shared/alipay/bills/business-bill.ts'
import { formBody, readForm } from '#shared/alipay/form.ts'
import { readGatewayAnswer } from '#shared/alipay/gateway-answer.ts'
import { keptOf } from '#shared/alipay/kept-fields.ts'
import { fen } from '#shared/money.ts'
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import { fenOfYuan, yuanOfFen } from '#shared/yuan.ts'
import { billFiles } from '#simulator/alipay/bill-table.ts'
import { createAlipayLedger } from '#simulator/alipay/ledger.ts'
import { zipFile } from '#simulator/alipay/zip-file.ts'
import { ACCOUNT, RING, SELLER_ID, signedAnswer } from '#test/alipay/alipay-keys.ts'
import { anyBytes, anyJson, fuzz, oddText } from './fuzz.ts'

const METHOD = 'alipay.trade.query'
const NOW = Date.parse('2026-06-08T18:35:00+08:00')
const rising = (one: number, other: number) => one - other
const fieldName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,20}$/)
const wellFormed = oddText().filter((text) => text.isWellFormed())
const anyForm = fc.dictionary(fieldName, wellFormed, { minKeys: 1, maxKeys: 12, noNullPrototype: true })

describe('fuzzed edges of Alipay', () => {
  it('reads every form as it was written, and whatever it reads can be written again', async () => {
    await fuzz(
      fc.property(anyForm, (fields) => {
        expect(new Map(Object.entries(fields))).toEqual(readForm(Buffer.from(formBody(fields))))
      }),
    )
    await fuzz(
      fc.property(
        fc.oneof(
          anyBytes,
          fc.stringMatching(/^[\w&=%+]{0,60}$/).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const read = readForm(Buffer.from(bytes))
          if (read !== undefined)
            expect(readForm(Buffer.from(formBody(Object.fromEntries(read))))).toEqual(read)
        },
      ),
    )
  })

  it('keeps of a form only what it said of money and orders, and names the rest', async () => {
    await fuzz(
      fc.property(anyForm, wellFormed, (others, said) => {
        const known = { trade_no: said, out_trade_no: said, x_amount: '1.50' }
        const form = new Map(Object.entries({ ...others, ...known, buyer_id: 'P', sign: 'P' }))
        const { fields, left_out } = keptOf(form)
        expect(fields).toMatchObject(known)
        for (const [name, value] of Object.entries(fields)) expect(form.get(name)).toBe(value)
        for (const name of Object.keys(others)) expect(left_out.includes(name) || name in fields).toBe(true)
        expect(left_out).toContain('buyer_id')
      }),
    )
  })

  it('verifies the very bytes of an answer that were signed, whatever stands in and around them', async () => {
    const content = fc.dictionary(fieldName, fc.oneof(anyJson, oddText()), { noNullPrototype: true })
    const more = fc.dictionary(
      fieldName.filter((name) => !/^(?:sign|alipay_\w+|error_response)$/.test(name)),
      fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', ',', ':', 'sign') }),
      { maxKeys: 3, noNullPrototype: true },
    )
    const change = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { nil: undefined })
    await fuzz(
      fc.property(content, more, change, (fields, members, changed) => {
        const text = JSON.stringify(fields)
        const body = Buffer.from(signedAnswer(METHOD, text, { more: members }))
        const spoiled = Buffer.from(body)
        if (changed !== undefined) spoiled[changed[0] % body.length]! ^= changed[1]
        const read = readGatewayAnswer(spoiled, METHOD)
        const believed =
          read?.sign !== undefined && RING.verify({ message: read.content, sign: read.sign, now: NOW }).ok
        // Whatever is believed is what was signed; what was not touched is believed.
        if (believed) expect(read.content.toString()).toBe(text)
        expect(believed || changed !== undefined).toBe(true)
      }),
      0.2,
    )
  })

  it('reads yuan as no other amount than they say, and says no amount in two ways', async () => {
    const nearly = fc.stringMatching(/^[-+ ]?\d{0,16}[.,]?\d{0,4}(?:e\d)?$/)
    await fuzz(
      fc.property(fc.oneof(nearly, oddText()), (text) => {
        const read = fenOfYuan(text)
        if (read === undefined) return
        const [yuan = '', decimals = ''] = text.split('.')
        expect(BigInt(read)).toBe(BigInt(yuan) * 100n + BigInt(decimals.padEnd(2, '0')))
        expect(fenOfYuan(yuanOfFen(read))).toBe(read)
      }),
      4,
    )
  })

  it('reads every row of a bill as it was made, whatever the payer was told that it is for', async () => {
    const trade = fc.record({
      subject: oddText().map((text) => text.replaceAll(/[\r\n]/g, '')),
      total: fc.integer({ min: 2, max: 10_000_000 }),
      refunded: fc.boolean(),
    })
    await fuzz(
      fc.asyncProperty(fc.array(trade, { minLength: 1, maxLength: 5 }), async (trades) => {
        const rows = await rowsOf(trades)
        const expected = trades.flatMap(({ total, refunded }) => [total, ...(refunded ? [-1] : [])])
        const told = rows.map((row) =>
          row.kind === 'payment' ? row.total : -Number('refund' in row && row.refund),
        )
        expect(told.toSorted(rising)).toEqual(expected.toSorted(rising))
        expect(new Set(rows.map(({ out_trade_no }) => out_trade_no)).size).toBe(trades.length)
      }),
      0.1,
    )
  })
})

interface Drawn {
  readonly subject: string
  readonly total: number
  readonly refunded: boolean
}

/** The archive of a day with these trades, read as Alipay's are. */
async function rowsOf(trades: readonly Drawn[]): Promise<readonly TradeRow[]> {
  const ledger = createAlipayLedger(
    trades.map(({ subject, total, refunded }, index) => ({
      product: 'precreate',
      out_trade_no: `ORDER_${index}`,
      total: fen(total),
      subject,
      createdAt: NOW,
      expiresAt: NOW,
      opened: { trade_no: `20260608${index}`, at: NOW },
      paid: { at: NOW, buyer_id: '2088' },
      refunds: refunded ? [{ out_request_no: `R_${index}`, amount: 1, at: NOW, origin: 'api' }] : [],
    })),
  )
  const files = billFiles({ ledger, sellerId: SELLER_ID, day: '2026-06-08', faults: [], now: NOW }) ?? []
  const archive = zipFile(files)
  const chunks = (async function* () {
    for (let at = 0; at < archive.length; at += 50) yield archive.subarray(at, at + 50)
  })()
  const [, details] = files
  const isWanted = (name: Buffer) => details !== undefined && name.equals(details.name)
  const rows: TradeRow[] = []
  await readBusinessBill(archivedFile(chunks, { isWanted, maxBytes: 1_000_000 }), ACCOUNT, (row) => {
    rows.push(row)
  })
  return rows
}
