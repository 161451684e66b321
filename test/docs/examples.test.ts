/** Every example of the documentation is one that the contract allows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openApi } from '#contract/openapi.ts'
import { MERCHANT_ROUTES } from '#contract/routes.ts'
import {
  documentedPath,
  expectComponent,
  expectEvent,
  expectValid,
} from '#contract/check/expect-documented.ts'
import { problemOf } from '#shared/api/problem.ts'
import { AppError, isErrorCode } from '#shared/errors.ts'
import { readPage } from './markdown.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGES = ['docs/api.md', 'docs/events.md'].flatMap((page) => [
  page,
  page.replace('docs/', 'docs/zh-CN/'),
])
const { schemas } = openApi('0').components

type Example = Readonly<Record<string, unknown>>

const has = (example: Example, ...names: readonly string[]) => names.every((name) => name in example)

/** What is no part of the contract: WeChat's, a queue's policy. */
const FOREIGN = [
  ['Version', 'Statement'],
  ['code', 'message'],
]

/** Part of an answer: each of its fields is one of an order, and as it is there. */
function expectPart(example: Example): void {
  for (const [name, value] of Object.entries(example)) {
    const owner = ['Payment', 'HoldAnswer', 'Refund'].find(
      (component) => schemas[component]?.properties?.[name] !== undefined,
    )
    if (owner === undefined) throw new Error(`${name} is no field of an answer`)
    expectValid(`api#/components/schemas/${owner}/properties/${name}`, value, name)
  }
}

/** In the words of its code. */
function expectProblem(example: Example): void {
  expectComponent('Problem', example)
  const { code } = example
  if (!isErrorCode(code)) throw new Error(`${String(code)} is no code`)
  const { type, title, title_zh, status, action, action_zh } = problemOf(new AppError(code), '')
  expect(example).toMatchObject({ type, title, title_zh, status, action, action_zh })
}

/** @returns what it was taken for. */
function checkExample(example: Example): string {
  if (FOREIGN.some((names) => has(example, ...names))) return 'foreign'
  if (has(example, 'specversion')) return (expectEvent(example), 'event')
  if (has(example, 'request_id')) return (expectProblem(example), 'problem')
  if (has(example, 'orders', 'unreadable')) return (expectComponent('OrderList', example), 'list')
  if (has(example, 'out_refund_no', 'created_at')) return (expectComponent('Refund', example), 'refund')
  if (has(example, 'out_trade_no', 'created_at')) return (expectComponent('Order', example), 'order')
  if (has(example, 'out_refund_no', 'amount'))
    return (expectComponent('RefundRequest', example), 'refund request')
  return (expectPart(example), 'part')
}

/** `curl … -d '{…}'`, however it is broken into lines. */
function requestsOf(text: string) {
  return [...text.matchAll(/curl -X POST \$API_URL(\S+)([^]*?-d '(\{[^]*?\})')?/g)].map(
    ([, path, , body]) => ({
      path: path!,
      body: body === undefined ? undefined : (JSON.parse(body) as unknown),
    }),
  )
}

describe.each(PAGES)('%s', (page) => {
  const { fences } = readPage(readFileSync(join(ROOT, page), 'utf8'))

  it('shows JSON that is what the schemas say', () => {
    const seen = fences
      .filter(({ language }) => language === 'json')
      .map(({ lines }) => checkExample(JSON.parse(lines.join('\n')) as Example))
    expect(seen).toContain(page.endsWith('api.md') ? 'problem' : 'event')
  })

  it('shows requests that may be sent', () => {
    const requests = fences
      .filter(({ language }) => language === 'sh')
      .flatMap(({ lines }) => requestsOf(lines.join('\n')))
      .filter(({ path }) => !path.startsWith('/wechatpay/'))
    for (const { path, body } of requests) {
      const template = documentedPath('POST', path)
      expect(template).toBeDefined()
      const route = Object.entries(MERCHANT_ROUTES).find(([key]) => key === `POST ${template}`)![1]
      expect(body === undefined).toBe(route.request === undefined)
      if (route.request !== undefined) expectComponent(route.request, body)
    }
    expect(requests.length).toBe(page.endsWith('api.md') ? 8 : 0)
  })
})
