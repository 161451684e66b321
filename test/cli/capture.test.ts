import { describe, expect, it } from 'vitest'
import { readCapture, readHeaders } from '#cli/explain/capture.ts'

const BODY = Buffer.from('{"summary":"支付成功"}\n')

describe('captures', () => {
  it('are read from raw HTTP with any line ends, the body byte for byte', () => {
    for (const end of ['\r\n', '\n']) {
      const raw = Buffer.concat([
        Buffer.from(`POST /x HTTP/1.1${end}Wechatpay-Nonce: a${end}X-A: 1${end}x-a: 2${end}${end}`),
        BODY,
      ])
      const { headers, body } = readCapture(raw)
      expect(headers).toEqual({ 'wechatpay-nonce': 'a', 'x-a': ['1', '2'] })
      expect(body.equals(BODY)).toBe(true)
    }
  })
  it('are read from an API Gateway event, base64 decoded', () => {
    const event = {
      headers: { 'Wechatpay-Nonce': 'a' },
      body: BODY.toString('base64'),
      isBase64Encoded: true,
    }
    expect(readCapture(Buffer.from(JSON.stringify(event)))).toEqual({
      headers: { 'wechatpay-nonce': 'a' },
      body: BODY,
    })
  })
  it('without an empty line are refused with a sentence', () => {
    expect(() => readCapture(Buffer.from('Wechatpay-Nonce: a'))).toThrow(
      'no empty line between headers and body',
    )
  })
  it('of headers alone may be lines or JSON', () => {
    expect(readHeaders(Buffer.from('< Wechatpay-Nonce: a'))).toEqual({ 'wechatpay-nonce': 'a' })
    expect(readHeaders(Buffer.from('{"Wechatpay-Nonce":["a"]}'))).toEqual({ 'wechatpay-nonce': 'a' })
  })
})
