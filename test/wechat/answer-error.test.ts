import { describe, expect, it } from 'vitest'
import { answerError } from '#shared/wechat/call/answer-error.ts'

type Operation = Parameters<typeof answerError>[0]

function answer(status: number, body: string, requestId?: string, operation: Operation = 'prepay') {
  const headers = requestId === undefined ? {} : { 'request-id': requestId }
  return answerError(operation, { status, headers, body: Buffer.from(body) })
}

function coded(status: number, code: string, requestId?: string, operation: Operation = 'prepay') {
  return answer(status, JSON.stringify({ code, message: 'canary' }), requestId, operation)
}

/** Which codes refuse which operation is held by test/docs/refusals.test.ts. */
describe('answerError', () => {
  it('keeps the code and the status of a certain refusal', () => {
    expect(coded(400, 'ORDERPAID')).toMatchObject({
      code: 'already_paid',
      certain: true,
      wechatCode: 'ORDERPAID',
      httpStatus: 400,
    })
  })

  it.each([
    ['FREQUENCY_LIMITED', 429, 'rate_limited'],
    ['RATELIMIT_EXCEEDED', 429, 'rate_limited'],
    ['FREQUENCY_LIMITED', 403, 'rate_limited'],
    ['PARAM_ERROR', 429, 'rate_limited'],
    ['SYSTEM_ERROR', 500, 'server_error'],
    ['SYSTEMERROR', 500, 'server_error'],
    ['SYSTEM_ERROR', 400, 'server_error'],
    ['BANK_ERROR', 500, 'server_error'],
    ['BANKERROR', 400, 'server_error'],
    ['BIZ_ERR_NEED_RETRY', 500, 'server_error'],
    ['BIZ_ERR_NEED_RETRY', 403, 'server_error'],
    ['SERVICE_UNAVAILABLE', 503, 'server_error'],
    ['SERVICE_UNAVAILABLE', 400, 'server_error'],
    ['USERPAYING', 202, 'server_error'],
    ['ORDERPAID', 202, 'server_error'],
    ['SOMETHING_NEW', 400, 'server_error'],
    ['SOMETHING_NEW', 500, 'server_error'],
    ['SOMETHING_NEW', 302, 'server_error'],
  ])('takes %s with %i for an unknown outcome (%s)', (code, status, expected) => {
    expect(coded(status, code)).toMatchObject({ code: expected, certain: false, wechatCode: code })
  })

  it.each([
    ['an empty 404', 404, ''],
    ['a page of a proxy', 403, '<html>forbidden</html>'],
    ['an empty 401', 401, ''],
    ['a code that is no name', 400, '{"code":"see https://example.com"}'],
    ['a code that is no text', 400, '{"code":42}'],
    ['a code over 64 characters', 400, JSON.stringify({ code: 'A'.repeat(65) })],
    ['a gateway time-out', 504, '<html>'],
    ['a redirect', 301, ''],
  ])('never takes %s for a certain refusal', (_, status, body) => {
    expect(answer(status, body)).toMatchObject({
      code: 'server_error',
      certain: false,
      wechatCode: undefined,
    })
  })

  it('takes a 429 without a body for a rate limit', () => {
    expect(answer(429, '')).toMatchObject({ code: 'rate_limited', certain: false })
  })

  it.each([
    ['268449538', 'already_paid'],
    ['268498689', 'already_paid'],
    ['268447914', 'order_closed'],
    ['268498688', 'number_used'],
    ['268435461', 'refused'],
  ])('reads cause %s of the request id as %s where the code does not say', (cause, expected) => {
    const requestId = `08F78BB5AF0610D302-${cause}`
    expect(coded(400, 'INVALID_REQUEST', requestId)).toMatchObject({
      code: expected,
      certain: true,
      requestId,
    })
    expect(coded(403, 'TRADE_ERROR', requestId).code).toBe(expected)
    expect(coded(400, 'SOMETHING_NEW', requestId).code).toBe('server_error')
    expect(coded(500, 'INVALID_REQUEST', requestId).code).toBe('server_error')
    expect(coded(404, 'ORDER_NOT_EXIST', requestId, 'query').code).toBe('not_found')
  })

  it('does not take a refund for refused where WeChat has one of its number', () => {
    const refund = coded(400, 'INVALID_REQUEST', '08F78BB5AF0610D302-268498688', 'refund')
    expect(refund).toMatchObject({ code: 'server_error', certain: false })
    expect(coded(400, 'INVALID_REQUEST', undefined, 'refund').certain).toBe(true)
  })

  it('keeps the request id only if it looks like one', () => {
    expect(coded(400, 'PARAM_ERROR', 'a b').requestId).toBeUndefined()
    expect(coded(400, 'PARAM_ERROR', 'x'.repeat(129)).requestId).toBeUndefined()
    expect(coded(400, 'PARAM_ERROR').requestId).toBeUndefined()
  })

  it("leaves WeChat's message out, for it can quote what was sent", () => {
    const error = coded(400, 'PARAM_ERROR')
    expect(error.message).toBe('WeChat answered 400 PARAM_ERROR')
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(answer(502, '').message).toBe('WeChat answered 502 without a code')
  })
})
