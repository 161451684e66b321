import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TEXTS } from '#simulator/payer-texts.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, newNumber, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'

const NATIVE = '/v3/pay/transactions/native'
const onChange = vi.fn<() => void>()
let simulator: Simulator
let merchant: Merchant

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', onChange })
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

interface Page {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

async function page(url: string, init: RequestInit = {}): Promise<Page> {
  const answer = await fetch(url, init)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}
const open = (which: Record<string, string>, init: RequestInit = {}): Promise<Page> =>
  page(`${simulator.payerUrl}?${new URLSearchParams(which).toString()}`, init)
/** As a browser posts the form of the page. */
const press = (button: string, which: Record<string, string>, headers: Record<string, string> = {}) =>
  page(`${simulator.payerUrl}/${button}`, {
    method: 'POST',
    body: new URLSearchParams(which),
    headers: { origin: simulator.controlUrl, ...headers },
  })

async function placed(fields: Record<string, unknown> = {}) {
  const out_trade_no = newNumber()
  const body = prepayBody({ out_trade_no, ...fields })
  const { json } = await merchant.post(NATIVE, body)
  return { code_url: json.code_url, out_trade_no }
}

describe('the payer’s page', () => {
  it('opens what a QR code says, and pays it once', async () => {
    const { code_url, out_trade_no } = await placed({ description: '一杯茶', amount: { total: 12_305 } })
    const opened = await open({ code_url })
    expect(opened.text).toContain('¥123.05')
    for (const text of ['一杯茶', out_trade_no, MCHID, TEXTS.en.pay, TEXTS.en.giveUp])
      expect(opened.text).toContain(text)

    onChange.mockClear()
    const paid = await press('pay', { code_url })
    expect([paid.status, paid.text]).toEqual([200, expect.stringContaining(TEXTS.en.paid)])
    expect(onChange).toHaveBeenCalled()
    expect((await open({ code_url })).text).toContain(TEXTS.en.paid)
    const again = await press('pay', { code_url })
    expect([again.status, again.text]).toEqual([
      409,
      expect.stringContaining(TEXTS.en.trouble['order_paid']!),
    ])
    const [order] = (await simulator.control.orders()).filter((each) => each.out_trade_no === out_trade_no)
    expect(order?.trade_state).toBe('SUCCESS')
  })

  it('tells nobody when the payer gives up, and opens again', async () => {
    const { code_url, out_trade_no } = await placed()
    const left = await press('give-up', { code_url })
    expect([left.status, left.text]).toEqual([200, expect.stringContaining(TEXTS.en.gaveUp)])
    expect((await open({ code_url })).text).toContain(TEXTS.en.pay)
    const sent = (await simulator.control.notifications()).filter(
      (each) => each.out_trade_no === out_trade_no,
    )
    expect(sent).toEqual([])
  })

  it('lists what waits, with the address that the control API gives as well', async () => {
    const { code_url, out_trade_no } = await placed({ description: 'tea that waits' })
    const { text } = await page(simulator.payerUrl)
    expect(text).toContain('tea that waits')
    const [order] = (await simulator.control.orders()).filter((each) => each.out_trade_no === out_trade_no)
    expect(order).toMatchObject({ code_url })
    expect((await page(order!.payer_url!)).text).toContain('tea that waits')
    await simulator.control.pay({ out_trade_no })
    expect((await page(simulator.payerUrl)).text).not.toContain('tea that waits')
    expect((await page(order!.payer_url!)).text).toContain(TEXTS.en.paid)
  })

  it('opens orders that are paid together', async () => {
    const part = (out_trade_no: string, description: string) => ({
      mchid: MCHID,
      attach: 'a',
      amount: { total_amount: 150, currency: 'CNY' },
      out_trade_no,
      description,
    })
    const { json } = await merchant.post('/v3/combine-transactions/native', {
      combine_appid: APPID,
      combine_mchid: MCHID,
      combine_out_trade_no: newNumber(),
      notify_url: 'http://127.0.0.1:1/n',
      sub_orders: [part(newNumber(), 'first tea'), part(newNumber(), 'second tea')],
    })
    const { text } = await open({ code_url: json.code_url })
    for (const shown of ['¥3.00', 'first tea', 'second tea']) expect(text).toContain(shown)
    expect((await press('pay', { code_url: json.code_url })).text).toContain(TEXTS.en.paid)
  })

  it('speaks the language of the browser, or the one that is chosen', async () => {
    const accepts = { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } }
    expect((await page(simulator.payerUrl, accepts)).text).toContain('<html lang="zh-CN">')
    expect((await open({ lang: 'en' }, accepts)).text).toContain('<html lang="en">')
    expect(Object.keys(TEXTS['zh-CN'].trouble)).toEqual(Object.keys(TEXTS.en.trouble))
  })

  it.each([
    ['a code that nobody gave', { code_url: 'weixin://wxpay/bizpayurl?pr=none' }, 404, 'no_such_ticket'],
    ['an order that is not there', { out_trade_no: 'NOBODY-1' }, 404, 'no_such_order'],
  ])('says what is wrong with %s', async (_, which, status, code) => {
    const shown = await open(which)
    expect([shown.status, shown.text]).toEqual([status, expect.stringContaining(TEXTS.en.trouble[code]!)])
  })

  it('says that a code is too old, or its order closed', async () => {
    const old = await placed()
    await simulator.control.advance(2 * 60 * 60 * 1000 + 1)
    expect((await open({ code_url: old.code_url })).text).toContain(TEXTS.en.trouble['ticket_expired'])
    await merchant.post(`/v3/pay/transactions/out-trade-no/${old.out_trade_no}/close`, { mchid: MCHID })
    const closed = await open({ out_trade_no: old.out_trade_no })
    expect([closed.status, closed.text]).toEqual([
      409,
      expect.stringContaining(TEXTS.en.trouble['order_closed']!),
    ])
  })
})

describe('what a page or a stored text may try', () => {
  it('finds that markup is text', async () => {
    const description = '<img src=x onerror=alert(1)>"\'&'
    const { code_url } = await placed({ description })
    for (const { text } of [await open({ code_url }), await page(simulator.payerUrl)]) {
      expect(text).not.toContain('<img')
      expect(text).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;')
    }
    expect((await open({ code_url: '"><script>' })).text).not.toContain('<script>')
  })

  it('finds a policy that allows no script, no frame and nothing from elsewhere', async () => {
    const policy = (await page(simulator.payerUrl)).headers.get('content-security-policy')
    expect(policy).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect((await page(`${simulator.payerUrl}/style.css`)).headers.get('content-type')).toBe(
      'text/css; charset=utf-8',
    )
  })

  it.each([
    ['another page', { origin: 'https://evil.example' }],
    ['a page without a name', { origin: 'null' }],
  ])('cannot pay from %s', async (_, headers) => {
    const { out_trade_no } = await placed()
    const refused = await press('pay', { out_trade_no }, headers)
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining(TEXTS.en.trouble['foreign_page']!),
    ])
    const [order] = (await simulator.control.orders()).filter((each) => each.out_trade_no === out_trade_no)
    expect(order?.trade_state).toBe('NOTPAY')
  })

  it('cannot reach it under a name that was rebound, nor post without saying from where', async () => {
    const { hostname, port } = new URL(simulator.payerUrl)
    const status = (method: string, headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        httpRequest({ hostname, port, method, path: '/_payer/pay', headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
    const rebound = { host: 'evil.example', origin: 'http://evil.example' }
    expect(await status('POST', rebound)).toBe(403)
    expect(await status('GET', { host: 'evil.example' })).toBe(403)
    expect(await status('POST', {})).toBe(403)
  })

  it('gets no further than a form goes', async () => {
    expect((await press('pay', { code_url: 'x'.repeat(20_000) })).status).toBe(413)
    expect((await press('steal', {})).status).toBe(404)
    expect((await press('pay', {})).status).toBe(400)
  })
})
