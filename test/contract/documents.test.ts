/** OpenAPI, AsyncAPI, the schemas of events and the client's types are what the schemas say today. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { documents } from '#contract/documents.ts'
import { openApi } from '#contract/openapi.ts'
import { eventSchemas } from '#contract/event-documents.ts'
import { ROUTES } from '#infra/operations/routes.ts'
import { expectComponent, expectDocumented, expectEvent } from '#contract/check/expect-documented.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }
const MADE = Object.entries(documents(version))

/** Apart from how it is laid out. */
const bare = (text: string) =>
  text
    .replaceAll(/[\s;,]+/g, '')
    .replaceAll(/([=:(<])\|/g, '$1')
    .replaceAll(/[()]/g, '')
    .replaceAll("'", '"')

const same = (path: string, kept: string, made: string) =>
  path.endsWith('.json') ? isDeepStrictEqual(JSON.parse(kept), JSON.parse(made)) : bare(kept) === bare(made)

describe.each(MADE)('%s', (path, text) => {
  it('is what `npm run contract` makes', () => {
    const kept = read(path)
    expect(same(path, kept, text)).toBe(true)
  })
})

/** Every place in a document where a value may be anything. */
function openPlaces(schema: unknown, path = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const entries = Object.entries(schema)
  if (entries.length === 0 && !path.endsWith('/securitySchemes')) return [path]
  return entries
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .flatMap(([key, value]) => openPlaces(value, `${path}/${key}`))
}

describe('the documents', () => {
  it('leave no field open', () => {
    expect(openPlaces(openApi(version))).toEqual([])
    expect(openPlaces(eventSchemas())).toEqual([])
  })

  it('have every route of merchants, and no other', () => {
    const documented = Object.entries(openApi(version).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = ROUTES.filter(({ audience }) => audience === 'merchant').map(({ key }) => key)
    expect(documented.toSorted()).toEqual([...routes].toSorted())
  })

  it('say the amount, the rule of a number, and what stands in words alone', () => {
    const { RefundRequest } = openApi(version).components.schemas
    expect(RefundRequest?.properties).toMatchObject({
      amount: { properties: { refund: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } } },
      out_refund_no: { type: 'string', pattern: '^[0-9A-Za-z_\\-|*@]{1,64}$' },
      reason: { maxLength: 80, description: 'must have at most 80 bytes in UTF-8' },
    })
  })
})

describe('the check against them', () => {
  const exchange = {
    method: 'POST',
    path: '/v1/payments/ORDER-1/hold',
    body: { by: 'li.lei', note: 'seen' },
    status: 404,
    contentType: 'application/problem+json',
    answer: {
      type: 'urn:wxpay:problem:order_not_found',
      title: 'no such order',
      title_zh: '没有这个订单',
      status: 404,
      code: 'order_not_found',
      action: 'create it',
      action_zh: '先创建',
      request_id: '1',
    },
  }

  it('takes an answer of the route, and refuses one that is not: another status, type, code or field', () => {
    expect(() => expectDocumented(exchange)).not.toThrow()
    expect(() => expectDocumented({ ...exchange, status: 418 })).toThrow(/may not answer 418/)
    expect(() => expectDocumented({ ...exchange, contentType: 'text/html' })).toThrow(/with text\/html/)
    const { answer } = exchange
    for (const broken of [
      { ...answer, code: 'refund_not_found' },
      { ...answer, status: '404' },
      { ...answer, title: undefined },
    ])
      expect(() => expectDocumented({ ...exchange, answer: broken })).toThrow(/is not what the document says/)
  })

  it('refuses a number that is none, and an event of no type or with a wrong amount', () => {
    const request = { out_refund_no: 'R1', amount: { refund: 1 } }
    expect(() => expectComponent('RefundRequest', request)).not.toThrow()
    for (const refund of ['1', 0, 1.5, 2 ** 53])
      expect(() => expectComponent('RefundRequest', { ...request, amount: { refund } })).toThrow(
        /amount\/refund/,
      )
    expect(() => expectEvent({ type: 'payment.lost' })).toThrow(/type of the event/)
    expect(() => expectEvent({ type: 'payment.closed', data: { refundable: '1' } })).toThrow(/the event/)
  })
})
