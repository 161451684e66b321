/** The shop: sells one tea, and takes it back. It knows neither where it runs nor where its orders are kept. */
import { randomUUID } from 'node:crypto'
import { createEventFilter, parseEvents, WechatPaymentsError } from 'wechatpay-lambda-client'
import type { WechatPayEvent, WechatPayments } from 'wechatpay-lambda-client'
import type { Orders, Standing } from './orders.ts'
import { ICON, orderPage, productPage, SCRIPT, STYLE, troublePage } from './pages.ts'

/** In fen, as every amount: ¥1.00. */
const PRICE = 100

/** What an event says about its order. Of the types that are not here the shop needs nothing. */
const TOLD: Readonly<Record<string, Standing>> = {
  'payment.succeeded': 'paid',
  'payment.closed': 'closed',
  'refund.created': 'refunding',
  'refund.succeeded': 'refunded',
  'refund.closed': 'refund_failed',
  'refund.failed': 'refund_failed',
  'refund.abnormal': 'refund_failed',
}

export interface ShopParts {
  readonly pay: WechatPayments
  readonly orders: Orders
  /** The simulator's page for people without a phone; absent where real people pay. */
  readonly payerUrl?: string | undefined
}

export interface Shop {
  /** Answers a browser. */
  answer(request: Request): Promise<Response>
  /** Takes what a queue brought. Throws when it could not: then the queue brings it again. */
  hear(message: unknown): Promise<void>
}

export function createShop({ pay, orders, payerUrl }: ShopParts): Shop {
  const events = createEventFilter({ memory: orders.memory })

  async function buy(): Promise<Response> {
    // Whoever knows the number sees the order, so it cannot be guessed. WeChat takes up to 32 characters.
    const out_trade_no = `TEA${randomUUID().replaceAll('-', '').slice(0, 24)}`
    const { code_url = '' } = await pay.createPayment({
      channel: 'native',
      out_trade_no,
      description: 'Longjing tea 龙井茶',
      amount: { total: PRICE },
    })
    // Kept before anybody sees the code: what is paid is known here.
    await orders.place(out_trade_no, code_url)
    return seeOther(`/orders/${out_trade_no}`)
  }

  async function takeBack(out_trade_no: string): Promise<Response> {
    // The number of the refund follows from the order's: pressed twice, or again after an error, it is the same refund.
    await pay.createRefund(out_trade_no, {
      out_refund_no: `${out_trade_no}-R`,
      reason: 'returned 退货',
      amount: { refund: PRICE },
    })
    await orders.moveOn(out_trade_no, 'refunding')
    return seeOther(`/orders/${out_trade_no}`)
  }

  async function route(method: string, pathname: string): Promise<Response> {
    if (method === 'GET' && pathname === '/') return page(productPage(PRICE))
    if (method === 'GET' && pathname === '/style.css') return file('text/css', STYLE)
    if (method === 'GET' && pathname === '/icon.svg') return file('image/svg+xml', ICON)
    if (method === 'GET' && pathname === '/order.js') return file('text/javascript', SCRIPT)
    if (method === 'POST' && pathname === '/orders') return buy()
    const [, number = '', rest = ''] = /^\/orders\/(TEA[0-9a-f]{24})(\/\w+)?$/.exec(pathname) ?? []
    const order = number === '' ? undefined : await orders.get(number)
    if (order === undefined) return page(troublePage('There is no such page. 没有这个页面。'), 404)
    if (method === 'GET' && rest === '') return page(orderPage(order, { price: PRICE, payerUrl }))
    if (method === 'GET' && rest === '/standing') return Response.json({ standing: order.standing })
    if (method === 'POST' && rest === '/refund') return takeBack(number)
    return page(troublePage('There is no such page. 没有这个页面。'), 404)
  }

  async function learn(event: WechatPayEvent): Promise<void> {
    const standing = TOLD[event.type]
    if (standing !== undefined) await orders.moveOn(event.subject, standing)
    // What must happen once for each payment belongs here too: pack the tea when the type is payment.succeeded.
  }

  return {
    async answer(request) {
      try {
        return await route(request.method, new URL(request.url).pathname)
      } catch (error) {
        if (!(error instanceof WechatPaymentsError)) throw error
        // `code` is for programs, `action` says what to do; the same button may be pressed again at any time.
        return page(troublePage(`${error.code}: ${error.action}`), 502)
      }
    },
    async hear(message) {
      for (const event of parseEvents(message)) await events.once(event, learn)
    },
  }
}

/** Nothing from elsewhere runs in these pages, and no other page shows them in a frame. */
const POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

function page(html: string, status = 200): Response {
  return new Response(html, {
    status,
    headers: { ...headers('text/html'), 'content-security-policy': POLICY },
  })
}

function file(type: string, text: string): Response {
  return new Response(text, { headers: headers(type) })
}

function headers(type: string): Record<string, string> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
  }
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
