import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRefunds } from '#shared/wechat/v3/refunds.ts'
import { TransportError } from '#shared/http/transport.ts'
import { samplePrepaid, samplePrepay, startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { signedHeaders } from '#test/support/wechat-keys.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'

const REQUEST_ID = '08F78BB5AF0610D302-0'
let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

/** Answers with headers of our making. */
function answered(changes: Record<string, string | undefined>): Answerer {
  return (_, response) => {
    const text = JSON.stringify(samplePrepaid)
    for (const [name, value] of Object.entries({
      ...signedHeaders(it_.platform.publicKey, text),
      ...changes,
    })) {
      if (value !== undefined) response.setHeader(name, value)
    }
    response.writeHead(200).end(text)
  }
}

/** The one line of a call that is sent once, without what differs from run to run. */
async function lineOf(answerer: Answerer) {
  it_.primary.answer(answerer)
  const body = '{"out_refund_no":"r-1","amount":{"refund":1}}'
  await it_.wechat.createRefund(body).catch(() => {})
  expect(it_.logs).toHaveLength(1)
  const { time: _, duration_ms, ...line } = it_.logs[0]!
  expect(duration_ms).toBeGreaterThanOrEqual(0)
  expect(duration_ms).toBeLessThan(5000)
  return line
}

describe('the log of an attempt', () => {
  it('has the status and the request id of a success', async () => {
    const expected = { level: 'debug', code: 'WECHAT_ATTEMPT_SUCCEEDED', attempt: 1, http_status: 200 }
    expect(await lineOf(signed(it_.platform.publicKey, samplePrepaid))).toEqual({
      ...expected,
      wechat_request_id: REQUEST_ID,
    })
  })

  it('has no request id where there is none', async () => {
    expect(await lineOf(answered({}))).toEqual({
      level: 'debug',
      code: 'WECHAT_ATTEMPT_SUCCEEDED',
      attempt: 1,
      http_status: 200,
    })
  })

  it("has WeChat's code of a refusal", async () => {
    expect(await lineOf(failed(403, 'NOT_ENOUGH', REQUEST_ID))).toEqual({
      level: 'warn',
      code: 'WECHAT_ATTEMPT_FAILED',
      attempt: 1,
      outcome: 'refused',
      http_status: 403,
      wechat_code: 'NOT_ENOUGH',
      wechat_request_id: REQUEST_ID,
    })
  })

  it.each([
    [
      'a header that is missing',
      { 'wechatpay-nonce': undefined },
      { reason: 'header_missing', header: 'wechatpay-nonce' },
      'warn',
      'FAILED',
    ],
    [
      'a wrong signature',
      { 'wechatpay-nonce': 'other' },
      { reason: 'signature', serial: 'PUB' },
      'warn',
      'FAILED',
    ],
    [
      'a probe',
      { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' },
      { reason: 'probe', serial: 'PUB' },
      'info',
      'PROBED',
    ],
  ])('says why an answer was not believed: %s', async (_, changes, why, level, event) => {
    const { serial } = it_.platform.publicKey
    expect(await lineOf(answered(changes))).toEqual({
      level,
      code: `WECHAT_ATTEMPT_${event}`,
      attempt: 1,
      outcome: 'unverifiable',
      http_status: 200,
      ...why,
      ...('serial' in why ? { serial } : {}),
    })
  })

  it('names what broke a connection and nothing else', async () => {
    const cause = Object.assign(new Error('CANARY'), { code: 'ECONNRESET' })
    const transport = { send: () => Promise.reject(new TransportError('connection', true, cause)) }
    await wechatError(it_.client({ transport }).createRefund('{"out_refund_no":"r-1"}'))
    expect(it_.logs[0]).toMatchObject({
      code: 'WECHAT_ATTEMPT_FAILED',
      outcome: 'network',
      error_name: 'Error',
      error_code: 'ECONNRESET',
    })
    expect(JSON.stringify(it_.logs)).not.toContain('CANARY')
    const bare = { send: () => Promise.reject(new TransportError('timeout', true)) }
    await wechatError(it_.client({ transport: bare }).createRefund('{"out_refund_no":"r-1"}'))
    expect(it_.logs[1]).toMatchObject({ outcome: 'timeout', error_name: 'TransportError' })
  })
})

describe('what a failed call says', () => {
  it.each([
    ['connection', true, 'no answer from WeChat: connection, request may have been sent'],
    ['connection', false, 'no answer from WeChat: connection, request was not sent'],
    ['aborted', true, 'the time for this call ran out before a verified answer'],
    ['aborted', false, 'the time for this call ran out before anything was sent'],
  ] as const)('names %s, sent: %s', async (failure, maybeSent, message) => {
    const transport = { send: () => Promise.reject(new TransportError(failure, maybeSent)) }
    const error = await wechatError(it_.client({ transport }).createRefund('{"out_refund_no":"r-1"}'))
    expect([error.name, error.message, error.certain]).toEqual(['ChannelError', message, !maybeSent])
    expect(error.cause).toMatchObject({ name: 'TransportError' })
  })

  it('names a failure of the transport that is not its own, the keys, and the reason of disbelief', async () => {
    const transport = { send: () => Promise.reject(new Error('own')) }
    const keyRing = () => Promise.reject(new Error('CANARY'))
    const messages = [
      (await wechatError(it_.client({ transport }).createRefund('{"out_refund_no":"r-1"}'))).message,
      (await wechatError(it_.client({ keyRing }).prepay('native', samplePrepay))).message,
    ]
    it_.primary.answer(answered({ 'wechatpay-nonce': undefined }))
    messages.push((await wechatError(it_.wechat.createRefund('{"out_refund_no":"r-1"}'))).message)
    expect(messages).toEqual([
      'the exchange with WeChat failed',
      'the keys to call WeChat with are not available',
      'the answer could not be verified: header_missing',
    ])
  })

  it('refuses to send a refund that is none, by its field', async () => {
    const client = { mchid: '1', call: () => Promise.reject(new Error('not sent')) }
    await expect(createRefunds(client, () => {}).createRefund('{"out_refund_no":7}')).rejects.toThrow(
      new TypeError('the refund to send is not valid: out_refund_no'),
    )
  })

  it.each([199, 300, 202])('takes an answer of status %i for no success, signed or not', async (status) => {
    const text = JSON.stringify(samplePrepaid)
    const headers = signedHeaders(it_.platform.publicKey, text)
    const transport = { send: async () => ({ status, headers, body: Buffer.from(text) }) }
    const error = await wechatError(it_.client({ transport }).createRefund('{"out_refund_no":"r-1"}'))
    expect(error).toMatchObject({ code: 'server_error', certain: false, httpStatus: status })
  })

  it('takes a signed 299 for a success', async () => {
    const text = JSON.stringify(samplePrepaid)
    const transport = {
      send: async () => ({
        status: 299,
        headers: signedHeaders(it_.platform.publicKey, text),
        body: Buffer.from(text),
      }),
    }
    await expect(it_.client({ transport }).prepay('native', samplePrepay)).resolves.toEqual(samplePrepaid)
  })
})
