/** What merchants send: any body, any path, any query. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import { outRefundNo, outTradeNo, refresh, transactionId } from '#shared/api/route-parameters.ts'
import { readEmptyBody, readJsonObject } from '#shared/api/json-body.ts'
import { anyBytes, anyJson, fuzz, oddText, spoiled } from './fuzz.ts'

const REFUSALS = ['invalid_request', 'body_too_large', 'unsupported_media_type']

/** What the step gave, or undefined when it refused with one of our codes. Anything else fails the test. */
function refusedOr<Value>(step: () => Value): Value | undefined {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(REFUSALS).toContain(error.code)
    expect(error.fields.length).toBeLessThanOrEqual(20)
    return undefined
  }
}

const prepay = {
  channel: 'h5',
  out_trade_no: 'ORDER-0001',
  description: 'tea',
  attach: 'shelf 7',
  limit_pay: ['no_credit'],
  amount: { total: 100, currency: 'CNY' },
  time_expire: '2030-01-01T00:00:00+08:00',
  detail: { cost_price: 1, goods_detail: [{ merchant_goods_id: '1', quantity: 1, unit_price: 1 }] },
  scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } },
}
const refund = {
  out_refund_no: 'R1',
  amount: { refund: 1, currency: 'CNY', from: [{ account: 'AVAILABLE', amount: 1 }] },
  reason: 'cold',
  goods_detail: [{ merchant_goods_id: '1', unit_price: 1, refund_amount: 1, refund_quantity: 1 }],
}

const request = (changes: object) => ({
  method: 'POST',
  routeKey: '',
  headers: { 'content-type': 'application/json' },
  pathParameters: {},
  query: {},
  body: new Uint8Array(),
  requestId: '',
  ...changes,
})

describe('fuzzed merchant requests', () => {
  it('reads any body as an object or refuses it', async () => {
    await fuzz(
      fc.property(anyBytes, oddText(), (body, type) => {
        const value = refusedOr(() => readJsonObject(request({ body })))
        if (value !== undefined) expect(Object(value)).toBe(value)
        refusedOr(() => readEmptyBody(request({ body })))
        refusedOr(() =>
          readJsonObject(request({ body, headers: { 'content-type': type, 'content-encoding': type } })),
        )
      }),
    )
  })

  it('parses any prepay request into one with a whole positive amount, or refuses it', async () => {
    await fuzz(
      fc.property(fc.oneof(spoiled(prepay), anyJson), (body) => {
        const parsed = refusedOr(() => parsePrepayRequest(body))
        if (parsed === undefined) return
        expect(Number.isSafeInteger(parsed.amount.total) && parsed.amount.total >= 1).toBe(true)
        expect(parsed.out_trade_no).toMatch(/^[0-9A-Za-z_\-|*]{6,32}$/)
        expect(canonicalHash(parsed)).toMatch(/^[0-9a-f]{64}$/)
      }),
    )
  })

  it('parses any refund request into one with a whole positive amount, or refuses it', async () => {
    await fuzz(
      fc.property(fc.oneof(spoiled(refund), anyJson), (body) => {
        const parsed = refusedOr(() => parseRefundRequest(body))
        if (parsed !== undefined) expect(Number.isSafeInteger(parsed.amount.refund)).toBe(true)
      }),
    )
  })

  it('reads any path and query, and gives nothing that could leave its place in a key or URL', async () => {
    const strings = fc.dictionary(
      fc.oneof(oddText(), fc.constantFrom('out_trade_no', 'out_refund_no', 'transaction_id', 'refresh')),
      fc.option(oddText(), { nil: undefined }),
    )
    await fuzz(
      fc.property(strings, (given) => {
        for (const read of [outTradeNo, outRefundNo, transactionId]) {
          const number = refusedOr(() => read(request({ pathParameters: given })))
          if (number !== undefined) expect(number).toMatch(/^[0-9A-Za-z_\-|*@]{1,64}$/)
        }
        refusedOr(() => refresh(request({ query: given })))
      }),
    )
  })
})
