/** What Alipay says: any bytes, any form that is signed, any answer of its gateway, any bill. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archivedFile } from '#shared/alipay/bills/archived-file.ts'
import { readBusinessBill } from '#shared/alipay/bills/business-bill.ts'
import { readGatewayAnswer } from '#shared/alipay/gateway-answer.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { BillError } from '#shared/bills/bill-error.ts'
import { gbk } from '#simulator/alipay/gbk.ts'
import {
  ACCOUNT,
  APP_ID,
  formOf,
  notificationOf,
  PAID,
  RING,
  signedAnswer,
} from '#test/alipay/alipay-keys.ts'
import { anyBytes, fuzz, oddText } from './fuzz.ts'

const clock = { now: () => Date.parse('2026-06-08T18:35:00+08:00') }
const channel = createNotificationChannel({
  appId: APP_ID,
  account: ACCOUNT,
  keyRing: async () => RING,
  clock,
})
const genuine = notificationOf(PAID)
const answer = Buffer.from(signedAnswer('alipay.trade.query', { code: '10000', sub_msg: '"sign":"x"' }))

/** These bytes with one of them changed. */
const changed = (bytes: Uint8Array) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
    const copy = Buffer.from(bytes)
    copy[at]! ^= bits
    return copy
  })

/** A genuine form with some fields changed, left out or added. */
const anyFields = fc
  .dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(PAID), 'refund_fee', 'out_biz_no', 'gmt_refund'), oddText()),
    oddText(),
  )
  .map((changes) => ({ ...PAID, ...changes }))

async function allOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const chunk of chunks) size += chunk.length
  return size
}

describe('fuzzed words of Alipay', () => {
  it('believes no form but the genuine one, and never throws', async () => {
    await fuzz(
      fc.asyncProperty(fc.oneof(anyBytes, changed(genuine)), async (bytes) => {
        fc.pre(!genuine.equals(bytes))
        const said = await channel.readNotification(bytes)
        // A letter of an escape in its other case says the same.
        const same =
          said.ok && genuine.toString().toLowerCase() === Buffer.from(bytes).toString().toLowerCase()
        expect(said.ok).toBe(same)
      }),
    )
  })

  it('reads whatever is signed, and tells nothing that it did not say', async () => {
    await fuzz(
      fc.asyncProperty(anyFields, async (fields) => {
        const said = await channel.readNotification(notificationOf(fields))
        const told = said.ok ? said.told : []
        expect(said.ok ? 'read' : said.reason).toMatch(/^(?:read|unverified|foreign)$/)
        expect(told.every((one) => JSON.stringify(one).includes(`"${fields['out_trade_no']}"`))).toBe(true)
      }),
      0.2,
    )
  })

  it('finds the signed part of an answer, or none', async () => {
    await fuzz(
      fc.property(fc.oneof(anyBytes, changed(answer)), (bytes) => {
        const found = readGatewayAnswer(Buffer.from(bytes), 'alipay.trade.query')?.content
        expect(found === undefined || Buffer.from(bytes).includes(found)).toBe(true)
      }),
    )
  })

  it('reads any bill, or says that it cannot', async () => {
    const oneChunk = async function* (bytes: Uint8Array) {
      yield bytes
    }
    const outcome = (work: Promise<unknown>) =>
      work.then(
        () => 'read',
        (error: unknown) => (error instanceof BillError ? 'refused' : error),
      )
    const rows = fc
      .array(oddText(), { maxLength: 30 })
      .map((cells) => gbk(`支付宝交易号,\n${cells.join(',')}\n#业务明细列表结束`))
    await fuzz(
      fc.asyncProperty(fc.oneof(anyBytes, rows), async (bytes) => {
        const archive = archivedFile(oneChunk(bytes), { isWanted: () => true, maxBytes: 10_000 })
        expect(await outcome(allOf(archive))).toBe('refused')
        expect(await outcome(readBusinessBill(oneChunk(bytes), ACCOUNT, () => {}))).toBe('refused')
      }),
    )
  })
})

it('takes the genuine form, or the rest would show nothing', async () => {
  expect(await channel.readNotification(formOf(PAID))).toMatchObject({ ok: false })
  expect(await channel.readNotification(genuine)).toMatchObject({ ok: true })
})
