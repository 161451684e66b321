import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGatewayAnswer } from '#shared/alipay/gateway-answer.ts'
import { codePoint } from '#test/fuzz/code-point.ts'

const METHOD = 'alipay.trade.query'
const NAME = 'alipay_trade_query_response'
const read = (text: string) => {
  const answer = readGatewayAnswer(Buffer.from(text), METHOD)
  return answer === undefined ? undefined : { ...answer, content: answer.content.toString() }
}

describe('the signed part of an answer', () => {
  it.each([
    [`{"${NAME}":{"code":"10000"},"sign":"A="}`, { content: '{"code":"10000"}', sign: 'A=' }],
    [`{"sign":"A=","${NAME}":{"code":"10000"}}`, { content: '{"code":"10000"}', sign: 'A=' }],
    [
      ` {\n"${NAME}" : { "code" : "10000" } , "alipay_cert_sn":"ab" , "sign":"A\\/B=" }\n`,
      { content: '{ "code" : "10000" }', alipay_cert_sn: 'ab', sign: 'A/B=' },
    ],
    ['{"error_response":{"code":"40001"},"sign":"A="}', { content: '{"code":"40001"}', sign: 'A=' }],
    [`{"${NAME}":{"code":"40002"}}`, { content: '{"code":"40002"}' }],
    [`{"${NAME}":"c2VhbGVk","sign":"A="}`, { content: '"c2VhbGVk"', sign: 'A=' }],
    [`{"${NAME}":{"a":"\\"}\\\\"},"sign":"A="}`, { content: '{"a":"\\"}\\\\"}', sign: 'A=' }],
  ])('of %s is found', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it('is no text of its name in a value, whoever chose that value', () => {
    const inner = `{"subject":"\\"${NAME}\\":{\\"code\\":\\"10000\\"},\\"sign\\":\\"X\\"","code":"40004"}`
    expect(read(`{"${NAME}":${inner},"sign":"A="}`)).toEqual({ content: inner, sign: 'A=' })
    expect(read(`{"other":{"${NAME}":{"code":"10000"}},"sign":"A="}`)).toBeUndefined()
    expect(read(`{"other":"{\\"${NAME}\\":{}}","sign":"A="}`)).toBeUndefined()
    expect(read(`{"other":[{"${NAME}":{}},"${NAME}"],"error_response":{},"sign":"A="}`)).toEqual({
      content: '{}',
      sign: 'A=',
    })
  })

  it.each([
    ['nothing', ''],
    ['a list', `[{"${NAME}":{}}]`],
    ['an empty object', '{}'],
    ['another method', '{"alipay_trade_close_response":{},"sign":"A="}'],
    ['two of it', `{"${NAME}":{"a":1},"${NAME}":{"a":2},"sign":"A="}`],
    ['two signatures', `{"${NAME}":{},"sign":"A=","sign":"B="}`],
    ['both kinds', `{"${NAME}":{},"error_response":{},"sign":"A="}`],
    ['an escaped name', `{"\\u0061lipay_trade_query_response":{},"sign":"A="}`],
    ['text before it', `x{"${NAME}":{},"sign":"A="}`],
    ['text behind it', `{"${NAME}":{},"sign":"A="}x`],
    ['a byte order mark', `\u{feff}{"${NAME}":{},"sign":"A="}`],
    ['no end', `{"${NAME}":{},"sign":"A="`],
    ['no end of a text', `{"${NAME}":{"a":"},"sign":"A="}`],
    ['an escape at the end', `{"${NAME}":"\\`],
    ['brackets that do not fit', `{"${NAME}":{"a":[}],"sign":"A="}`],
    ['no colon', `{"${NAME}" {},"sign":"A="}`],
    ['no comma', `{"${NAME}":{} "sign":"A="}`],
    ['a comma too many', `{"${NAME}":{},"sign":"A=",}`],
    ['a word', `{"${NAME}":null,"sign":"A="}`],
    ['too many floors', `{"${NAME}":${'['.repeat(40)}${']'.repeat(40)},"sign":"A="}`],
    ['HTML', '<html><body>502</body></html>'],
  ])('is not found in %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it('is without a signature where that is no plain text', () => {
    expect(read(`{"${NAME}":{},"sign":{"a":1}}`)).toEqual({ content: '{}' })
    expect(read(`{"${NAME}":{},"sign":"A\\u003d"}`)).toEqual({ content: '{}' })
  })

  it('is the same as a parser of JSON finds, whatever the values', () => {
    const value = fc.oneof(
      fc.object({ maxDepth: 3 }),
      fc.string({ unit: codePoint }),
      fc.array(fc.jsonValue()),
    )
    const names = fc.constantFrom('sign_type', 'other', 'alipay_cert_sn', 'x1')
    const members = fc.tuple(fc.dictionary(names, value), fc.object({ maxDepth: 4 }), fc.boolean(), fc.nat(3))
    fc.assert(
      fc.property(members, ([others, content, before, indent]) => {
        const document = before ? { [NAME]: content, ...others } : { ...others, [NAME]: content }
        const text = JSON.stringify({ ...document, sign: 'A=' }, undefined, indent)
        const found = readGatewayAnswer(Buffer.from(text), METHOD)
        expect(JSON.parse(String(found?.content))).toEqual(JSON.parse(JSON.stringify(content)))
        expect(text).toContain(String(found?.content))
      }),
      { numRuns: 150 },
    )
  })

  it('never makes the reader throw, whatever the bytes', () => {
    const whole = Buffer.from(`{"${NAME}":{"a":["\\"",{"b":1}]},"sign":"A="}`)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, cut) => {
        const changed = Buffer.from(whole).fill(byte, at, at + 1)
        expect(() => readGatewayAnswer(changed.subarray(0, cut), METHOD)).not.toThrow()
      }),
      { numRuns: 200 },
    )
  })

  it('is not found in any beginning of an answer', () => {
    const whole = Buffer.from(`{"${NAME}":{"a":["\\"",{"b":1}]},"sign":"A="}`)
    const found = Array.from({ length: whole.length }, (_, cut) =>
      readGatewayAnswer(whole.subarray(0, cut), METHOD),
    )
    expect(found.filter((answer) => answer !== undefined)).toEqual([])
  })
})
