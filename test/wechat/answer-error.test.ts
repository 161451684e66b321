import { describe, expect, it } from 'vitest'
import { answerError } from '#shared/wechat/call/answer-error.ts'

function answer(status: number, body: string, requestId?: string) {
  const headers = requestId === undefined ? {} : { 'request-id': requestId }
  return answerError({ status, headers, body: Buffer.from(body) })
}

function coded(status: number, code: string, requestId?: string) {
  return answer(status, JSON.stringify({ code, message: 'canary' }), requestId)
}

describe('answerError', () => {
  it.each([
    ['PARAM_ERROR', 400, 'refused'],
    ['INVALID_REQUEST', 400, 'refused'],
    ['APPID_MCHID_NOT_MATCH', 400, 'refused'],
    ['MCH_NOT_EXISTS', 400, 'refused'],
    ['MCH_NOT_EXISTS', 404, 'refused'],
    ['ORDER_CLOSED', 400, 'order_closed'],
    ['ORDERCLOSED', 400, 'order_closed'],
    ['ORDERPAID', 400, 'already_paid'],
    ['ORDER_PAID', 400, 'already_paid'],
    ['NO_STATEMENT_EXIST', 400, 'refused'],
    ['STATEMENT_CREATING', 400, 'refused'],
    ['SIGN_ERROR', 401, 'refused'],
    ['NO_AUTH', 403, 'refused'],
    ['NOAUTH', 403, 'refused'],
    ['OUT_TRADE_NO_USED', 403, 'number_used'],
    ['RULE_LIMIT', 403, 'refused'],
    ['TRADE_ERROR', 403, 'refused'],
    ['NOT_ENOUGH', 403, 'refused'],
    ['USER_ACCOUNT_ABNORMAL', 403, 'refused'],
    ['ACCOUNTERROR', 403, 'refused'],
    ['REQUEST_BLOCKED', 403, 'refused'],
    ['ORDER_NOT_EXIST', 404, 'not_found'],
    ['ORDERNOTEXIST', 404, 'not_found'],
    ['RESOURCE_NOT_EXISTS', 404, 'not_found'],
    ['TRADE_OVERDUE', 403, 'refused'],
    ['REFUND_FEE_MISMATCH', 400, 'refused'],
    ['INVALID_TRANSACTIONID', 500, 'refused'],
    ['OPENID_MISMATCH', 500, 'refused'],
    ['SOMETHING_NEW', 400, 'refused'],
  ])('takes %s with %i for a certain %s', (code, status, expected) => {
    expect(coded(status, code)).toMatchObject({
      code: expected,
      certain: true,
      wechatCode: code,
      httpStatus: status,
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
    expect(coded(500, 'SOMETHING_NEW', requestId).code).toBe('server_error')
    expect(coded(404, 'ORDER_NOT_EXIST', requestId).code).toBe('not_found')
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
