import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Transport } from '#shared/http/transport.ts'
import { cut, notSent, scripted } from '#test/support/scripted-transport.ts'
import { samplePrepaid, samplePrepay, startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, reset, signed, silence } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const refundBody = '{"out_refund_no":"r-1"}'
const refund = {
  refund_id: '5030',
  out_refund_no: 'r-1',
  transaction_id: '4200',
  out_trade_no: 'order-1',
  status: 'PROCESSING',
  amount: { total: 100, refund: 1 },
}

function ok(body: unknown = samplePrepaid): Answerer {
  return signed(it_.platform.publicKey, body)
}

describe('fail-over', () => {
  it.each([
    ['a server error', (): Answerer => failed(502, 'SERVICE_UNAVAILABLE')],
    ['an empty 5xx', (): Answerer => (_, response) => response.writeHead(503).end()],
    ['a broken connection', (): Answerer => reset],
  ])('goes to the backup domain after %s, and back after another', async (_, answerer) => {
    it_.primary.answer(answerer(), ok())
    it_.backup.answer(answerer())
    await expect(it_.wechat.prepay('native', samplePrepay)).resolves.toEqual(samplePrepaid)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([2, 1])
    expect(it_.pauses).toEqual([50, 100])
  })

  it('stays on the backup domain when it is told to, whatever becomes of it there', async () => {
    let only = true
    const wechat = it_.client({ onlyBackup: async () => only })
    it_.backup.answer(failed(502, 'SERVICE_UNAVAILABLE'), ok())
    it_.primary.answer(ok())
    await wechat.prepay('native', samplePrepay)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([0, 2])
    only = false
    await wechat.prepay('native', samplePrepay)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([1, 2])
  })

  it('goes to the backup domain when the primary does not answer in time', async () => {
    const wechat = it_.client({}, { attemptTimeoutMs: 100 })
    it_.primary.answer(silence)
    it_.backup.answer(ok())
    await expect(wechat.prepay('native', samplePrepay)).resolves.toEqual(samplePrepaid)
  })

  it('stays on the domain that limits the rate', async () => {
    it_.primary.answer(failed(429, 'RATELIMIT_EXCEEDED'))
    expect(await wechatError(it_.wechat.closeOrder('order-1'))).toMatchObject({
      code: 'rate_limited',
      certain: false,
    })
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([2, 0])
  })

  it('gives up after four attempts with the last error', async () => {
    it_.primary.answer(failed(500, 'SYSTEM_ERROR'))
    it_.backup.answer(failed(503, 'SERVICE_UNAVAILABLE'))
    expect(await wechatError(it_.wechat.queryRefund('r-1'))).toMatchObject({
      code: 'server_error',
      httpStatus: 503,
      certain: false,
    })
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([2, 2])
    expect(it_.pauses).toEqual([50, 100, 200])
    expect(it_.logs.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })

  it('forgets failures of the primary with its next success', async () => {
    it_.primary.answer(reset, reset, ok(), reset, reset, ok())
    it_.backup.answer(ok())
    for (let i = 0; i < 6; i += 1) await it_.wechat.prepay('native', samplePrepay)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([6, 4])
  })

  it('begins with the backup after sustained failure, and with the primary again a minute later', async () => {
    let late = 0
    const wechat = it_.client({ clock: { now: () => Date.now() + late } })
    it_.primary.answer(reset)
    it_.backup.answer(ok())
    for (let i = 0; i < 4; i += 1) await wechat.prepay('native', samplePrepay)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([3, 4])
    late = 60_000
    it_.primary.answer(signed(it_.platform.publicKey, samplePrepaid, { now: Date.now() + late }))
    await wechat.prepay('native', samplePrepay)
    await wechat.prepay('native', samplePrepay)
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([5, 4])
  })
})

describe('a refund', () => {
  it.each([
    ['a server error', (): Answerer => failed(500, 'SYSTEM_ERROR'), 'server_error'],
    ['a rate limit', (): Answerer => failed(429, 'FREQUENCY_LIMITED'), 'rate_limited'],
    ['a broken connection', (): Answerer => reset, 'network'],
    ['silence', (): Answerer => silence, 'timeout'],
  ])('is not sent again after %s', async (_, answerer, code) => {
    const wechat = it_.client({}, { attemptTimeoutMs: 300 })
    it_.primary.answer(answerer())
    it_.backup.answer(ok(refund))
    expect(await wechatError(wechat.createRefund(refundBody))).toMatchObject({ code, certain: false })
    expect([it_.primary.requests.length, it_.backup.requests.length]).toEqual([1, 0])
  })

  it('is sent again, over the other domain, when it certainly was not sent', async () => {
    const { transport, seen } = scripted(it_.platform.publicKey, refund, notSent(), notSent())
    await it_.client({ transport }).createRefund(refundBody)
    expect(seen.map(({ origin }) => origin)).toEqual([
      it_.primary.origin,
      it_.backup.origin,
      it_.primary.origin,
    ])
    expect(seen.map(({ body }) => body)).toEqual([refundBody, refundBody, refundBody])
  })

  it('never uses an idle connection; what is repeatable does at first', async () => {
    const script = scripted(it_.platform.publicKey, refund, notSent())
    await it_.client({ transport: script.transport }).createRefund(refundBody)
    expect(script.seen.map(({ freshConnection }) => freshConnection)).toEqual([true, true])
    const repeatable = scripted(it_.platform.publicKey, refund, cut())
    await it_.client({ transport: repeatable.transport }).queryRefund('r-1')
    expect(repeatable.seen.map(({ freshConnection }) => freshConnection)).toEqual([false, true])
  })

  it('has had no effect when no attempt was ever sent', async () => {
    const { transport, seen } = scripted(
      it_.platform.publicKey,
      refund,
      notSent(),
      notSent(),
      notSent(),
      notSent(),
    )
    const error = await wechatError(it_.client({ transport }).createRefund(refundBody))
    expect(error).toMatchObject({ code: 'not_sent', certain: true })
    expect(seen).toHaveLength(4)
  })
})

describe('certainty', () => {
  it('is lost when an earlier attempt had an unknown outcome', async () => {
    it_.primary.answer(failed(500, 'SYSTEM_ERROR'))
    it_.backup.answer(failed(403, 'RULE_LIMIT'))
    expect(await wechatError(it_.wechat.closeOrder('order-1'))).toMatchObject({
      code: 'refused',
      certain: false,
      httpStatus: 403,
      wechatCode: 'RULE_LIMIT',
      requestId: '08F78BB5AF0610D302-268435461',
    })
  })

  it('is lost also when the last attempt was not sent', async () => {
    const { transport } = scripted(
      it_.platform.publicKey,
      samplePrepaid,
      cut(),
      notSent(),
      notSent(),
      notSent(),
    )
    const error = await wechatError(it_.client({ transport }).prepay('native', samplePrepay))
    expect(error).toMatchObject({ code: 'not_sent', certain: false })
  })

  it('is kept when the earlier attempts were not sent', async () => {
    const { transport } = scripted(it_.platform.publicKey, samplePrepaid, notSent())
    const send: Transport['send'] = async (request) => {
      if (request.origin === it_.primary.origin) return transport.send(request)
      return { status: 400, headers: {}, body: Buffer.from('{"code":"PARAM_ERROR"}') }
    }
    const error = await wechatError(it_.client({ transport: { send } }).prepay('native', samplePrepay))
    expect(error).toMatchObject({ code: 'refused', certain: true })
  })

  it('is never assumed of a transport that fails in its own way', async () => {
    const transport = { send: () => Promise.reject(new Error('own')) }
    const error = await wechatError(it_.client({ transport }).createRefund(refundBody))
    expect(error).toMatchObject({ code: 'network', certain: false })
  })
})
