/** What cannot be WeChat's is not believed: a gateway on the way tells nothing about the request. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { paidOrder } from '#test/support/orders.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { aWorld } from '#test/support/world.ts'

let it_: WechatFixture
beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

async function refunded(status: number, body: string) {
  it_.primary.answer((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body),
  )
  return wechatError(it_.wechat.createRefund('{"out_refund_no":"R1","out_trade_no":"ORDER-0001"}'))
}

describe('a refund that met a gateway', () => {
  it.each(['{"code":"403","message":"waf blocked"}', '{"code":"FORBIDDEN","message":"waf blocked"}'])(
    'case 16: %s fails no refund and gives nothing back',
    async (body) => {
      const world = aWorld()
      await world.given(paidOrder())
      it_.primary.answer((_, response) => response.writeHead(403).end(body))
      const refund = createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel: it_.wechat })
      const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })
      expect(await refund('ORDER-0001', request, {})).toMatchObject({
        refund: { status: 'UNKNOWN' },
        order: { refundable: 700 },
      })
    },
  )

  it('case 16: {"code":"403"} leaves its outcome unknown', async () => {
    const error = await refunded(403, '{"code":"403","message":"waf blocked"}')
    expect(error).toMatchObject({ code: 'server_error', certain: false, wechatCode: undefined })
  })

  it.each([
    [403, '{"code":403,"message":"waf blocked"}'],
    [403, '<html><body>Forbidden</body></html>'],
    [400, '<html><center>400 Bad Request</center></html>'],
    [404, '<!DOCTYPE html><title>PARAM_ERROR</title>'],
    [401, '{"code":"401"}'],
    [403, '{"code":"Forbidden","message":"denied"}'],
    [403, '{"code":"0403_BLOCKED"}'],
    [403, '{"code":"_BLOCKED"}'],
    [400, '{"code":"E-1001"}'],
    [400, '{"code":null}'],
    [400, '{"code":""}'],
    [400, '{"message":"PARAM_ERROR"}'],
    [400, '{"error":{"code":"PARAM_ERROR"}}'],
    [400, '["PARAM_ERROR"]'],
    [400, '"PARAM_ERROR"'],
    [403, ''],
    [302, '<html>moved</html>'],
  ])('with %i %s leaves its outcome unknown', async (status, body) => {
    expect(await refunded(status, body)).toMatchObject({ certain: false, wechatCode: undefined })
  })

  it.each([
    [403, 'FORBIDDEN'],
    [403, 'ACCESS_DENIED'],
    [400, 'BAD_REQUEST'],
    [404, 'NOT_FOUND'],
    [401, 'UNAUTHORIZED'],
    [413, 'INVALID_REQUEST'],
    [502, 'PARAM_ERROR'],
    [401, 'NO_AUTH'],
    [400, 'V3_NEW_CODE'],
    [400, 'ORDERPAID'],
  ])("with %i %s in WeChat's form leaves its outcome unknown, and the code is told", async (status, code) => {
    const error = await refunded(status, JSON.stringify({ code, message: 'waf blocked' }))
    expect(error).toMatchObject({ code: 'server_error', certain: false, wechatCode: code })
  })

  it.each([
    [403, 'NOT_ENOUGH', 'refused'],
    [400, 'PARAM_ERROR', 'refused'],
    [400, 'INVALID_REQUEST', 'refused'],
    [403, 'NO_AUTH', 'refused'],
    [401, 'SIGN_ERROR', 'refused'],
    [404, 'RESOURCE_NOT_EXISTS', 'not_found'],
  ])("with WeChat's own %i %s is refused for certain", async (status, wechatCode, code) => {
    const body = JSON.stringify({ code: wechatCode, message: '', detail: null })
    expect(await refunded(status, body)).toMatchObject({ code, certain: true, wechatCode })
  })
})
