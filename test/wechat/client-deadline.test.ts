import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '#shared/log.ts'
import { TransportError } from '#shared/http/transport.ts'
import type { Transport } from '#shared/http/transport.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { cut, notSent, scripted } from '#test/support/scripted-transport.ts'
import { samplePrepaid, samplePrepay, startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, reset, signed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const refundBody = '{"out_refund_no":"r-1"}'

describe('the deadline', () => {
  it('stops a call before anything is sent', async () => {
    const call = it_.wechat.createRefund(refundBody, { signal: AbortSignal.abort() })
    expect(await wechatError(call)).toMatchObject({ code: 'timeout', certain: true })
    expect(it_.primary.requests).toHaveLength(0)
  })

  it('asks for no keys and hands nothing to the transport once it has passed', async () => {
    const { transport, seen } = scripted(it_.platform.publicKey, samplePrepaid)
    let loads = 0
    const wechat = it_.client({ transport, signer: async () => (loads++, it_.merchant.signer) })
    await wechatError(wechat.prepay('native', samplePrepay, { signal: AbortSignal.abort() }))
    expect([loads, seen.length]).toEqual([0, 0])
  })

  it('leaves no listener behind after a success', async () => {
    const { signal } = new AbortController()
    it_.primary.answer(signed(it_.platform.publicKey, samplePrepaid))
    await it_.wechat.prepay('native', samplePrepay, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('stops the loading of keys', async () => {
    const controller = new AbortController()
    const wechat = it_.client({ signer: () => new Promise(() => {}) })
    const call = wechatError(wechat.prepay('native', samplePrepay, { signal: controller.signal }))
    controller.abort()
    expect(await call).toMatchObject({ code: 'timeout', certain: true })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('stops a request in flight: the outcome is unknown, and nothing is repeated', async () => {
    const controller = new AbortController()
    it_.primary.answer(() => controller.abort())
    const error = await wechatError(it_.wechat.prepay('native', samplePrepay, { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'timeout', certain: false })
    expect(it_.primary.requests).toHaveLength(1)
    expect(it_.backup.requests).toHaveLength(0)
    expect(it_.pauses).toEqual([])
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('stops while connecting: nothing was sent', async () => {
    const controller = new AbortController()
    const transport: Transport = {
      send: async () => {
        controller.abort()
        throw new TransportError('aborted', false)
      },
    }
    const error = await wechatError(
      it_.client({ transport }).createRefund(refundBody, { signal: controller.signal }),
    )
    expect(error).toMatchObject({ code: 'timeout', certain: true })
  })

  it.each([
    ['known', notSent, true],
    ['unknown', cut, false],
  ])('stops the pause between attempts; the outcome is as %s as before', async (_, failure, certain) => {
    const controller = new AbortController()
    const { transport, seen } = scripted(it_.platform.publicKey, samplePrepaid, failure())
    const sleep = async (_ms: number, signal: AbortSignal | undefined) => {
      controller.abort()
      signal?.throwIfAborted()
    }
    const wechat = it_.client({ transport, sleep })
    const error = await wechatError(wechat.prepay('native', samplePrepay, { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'timeout', certain })
    expect(seen).toHaveLength(1)
  })

  it('ends a real pause, however long it would be', async () => {
    const controller = new AbortController()
    const deps = it_.deps()
    const warn = () => setImmediate(() => controller.abort())
    const days = () => 1_000_000
    const wechat = createWechatPay({ ...deps, logger: { ...silentLogger, warn }, random: days })
    it_.primary.answer(failed(429, 'FREQUENCY_LIMITED'))
    const error = await wechatError(wechat.closeOrder('order-1', { signal: controller.signal }))
    expect(error).toMatchObject({ code: 'timeout', certain: false })
    expect(it_.primary.requests).toHaveLength(1)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

describe('pauses', () => {
  it('are real unless a test says otherwise', async () => {
    it_.primary.answer(reset)
    it_.backup.answer(signed(it_.platform.publicKey, samplePrepaid))
    const start = performance.now()
    await createWechatPay(it_.deps()).prepay('native', samplePrepay)
    expect(performance.now() - start).toBeGreaterThan(45)
  })
})
