import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

// Order and blanks are kept: the very bytes were stored, and are sent again unchanged.
const body =
  '{ "amount":{"refund":1,"total":100,"currency":"CNY"},"out_refund_no":"r@1","out_trade_no":"order-1","reason":"退" }'
const refund = {
  refund_id: '50300001',
  out_refund_no: 'r@1',
  transaction_id: '4200001',
  out_trade_no: 'order-1',
  status: 'PROCESSING',
  amount: { total: 100, refund: 1 },
  channel: 'ORIGINAL',
  create_time: '2026-06-08T10:34:56+08:00',
}

/** The same as the port tells it. */
const { channel: refund_channel, ...others } = refund
const told = { ...others, refund_channel }

function answer(json: unknown) {
  it_.primary.answer(signed(it_.platform.publicKey, json))
}

describe('createRefund', () => {
  it('sends exactly the bytes it was given', async () => {
    answer({ ...refund, user_received_account: 'canary', funds_account: 'AVAILABLE' })
    await expect(it_.wechat.createRefund(body)).resolves.toEqual(told)
    expect(it_.primary.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v3/refund/domestic/refunds',
      body,
    })
  })

  it.each([
    ['out_refund_no', 'r@2'],
    ['out_trade_no', 'order-2'],
  ])('does not take an answer about another %s', async (field, value) => {
    answer({ ...refund, [field]: value })
    const error = await wechatError(it_.wechat.createRefund(body))
    expect(error).toMatchObject({ code: 'invalid_answer', certain: false })
    expect(error.message).toContain(field)
  })

  it('compares the transaction number when the order is named by it', async () => {
    const byTransaction = '{"out_refund_no":"r@1","transaction_id":"4200001"}'
    answer(refund)
    await expect(it_.wechat.createRefund(byTransaction)).resolves.toEqual(told)
    answer({ ...refund, transaction_id: '4200002' })
    expect(await wechatError(it_.wechat.createRefund(byTransaction))).toMatchObject({
      code: 'invalid_answer',
    })
  })

  it('does not take a notification for an answer, nor an answer without amounts', async () => {
    for (const change of [
      { status: undefined, refund_status: 'SUCCESS' },
      { amount: undefined },
      { status: 7 },
    ]) {
      answer({ ...refund, ...change })
      expect(await wechatError(it_.wechat.createRefund(body))).toMatchObject({
        code: 'invalid_answer',
        certain: false,
      })
    }
  })

  it('sends nothing that has no refund number', async () => {
    await expect(it_.wechat.createRefund('{"amount":{}}')).rejects.toThrow(TypeError)
    await expect(it_.wechat.createRefund('canary')).rejects.not.toThrow(/canary/)
    expect(it_.primary.requests).toHaveLength(0)
  })

  it.each([
    [403, 'NOT_ENOUGH', 'refused'],
    [404, 'RESOURCE_NOT_EXISTS', 'not_found'],
    [400, 'INVALID_REQUEST', 'refused'],
  ])('tells the certain refusal %i %s', async (status, wechatCode, code) => {
    it_.primary.answer(failed(status, wechatCode))
    expect(await wechatError(it_.wechat.createRefund(body))).toMatchObject({
      code,
      certain: true,
      wechatCode,
    })
  })
})

describe('queryRefund', () => {
  it('asks by the refund number, escaped', async () => {
    answer({ ...refund, status: 'SUCCESS', success_time: '2026-06-08T10:35:56+08:00' })
    await expect(it_.wechat.queryRefund('r@1')).resolves.toMatchObject({ status: 'SUCCESS' })
    expect(it_.primary.requests[0]).toMatchObject({
      method: 'GET',
      url: '/v3/refund/domestic/refunds/r%401',
      body: '',
    })
  })

  it('does not take an answer about another refund', async () => {
    answer(refund)
    expect(await wechatError(it_.wechat.queryRefund('r@2'))).toMatchObject({ code: 'invalid_answer' })
  })
})
