/** The page on which somebody without a phone plays the payer: the order, its amount, pay, give up. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { ordersOf } from './combined.ts'
import { ControlError } from './control-error.ts'
import type { Ledger, Order } from './ledger.ts'
import { tradeState } from './orders.ts'
import { chooseLanguage } from './payer-texts.ts'
import type { Language } from './payer-texts.ts'
import { address, payerDocument, STYLE } from './payer-views.ts'
import type { Bill, Place, Shown } from './payer-views.ts'
import { WHICH } from './payer.ts'
import type { Payer, Which } from './payer.ts'
import { readBody } from './read-body.ts'
import type { Timeline } from './timeline.ts'
import { mayBeFromOtherPage } from './web-page.ts'

export const PAYER_PATH = '/_payer'
const MAX_FORM_BYTES = 16_384
/** No script at all, nothing from elsewhere, in no frame. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export interface PayerPageDeps {
  readonly payer: Payer
  readonly ledger: Ledger
  readonly timeline: Timeline
  /** Whether other machines may use it too. */
  readonly isOpen: boolean
  readonly onChange: () => void
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export function isForPayer({ url = '' }: IncomingMessage): boolean {
  return url.split('?')[0] === PAYER_PATH || url.startsWith(`${PAYER_PATH}/`)
}

/** Creates the handler of everything below its path. */
export function createPayerPage(deps: PayerPageDeps): Handler {
  return (request, response) => {
    answer(deps, request, response).catch(() => response.destroy())
  }
}

async function answer(
  deps: PayerPageDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', 'http://simulator.invalid')
  const language = chooseLanguage(url.searchParams.get('lang'), request.headers['accept-language'])
  try {
    if (mayBeFromOtherPage(request, deps.isOpen))
      throw new ControlError(403, 'foreign_page', 'another page asked for this')
    send(response, await reply(deps, { request, url, language }))
  } catch (error) {
    if (!(error instanceof ControlError || error instanceof ApiError)) throw error
    const { code, message, status } = error
    send(response, { ...page({ kind: 'trouble', code, message }, {}, language), status })
  }
}

interface Asked {
  readonly request: IncomingMessage
  readonly url: URL
  readonly language: Language
}

async function reply(deps: PayerPageDeps, { request, url, language }: Asked): Promise<Reply> {
  const route = `${request.method} ${url.pathname.slice(PAYER_PATH.length)}`
  switch (route) {
    case 'GET ': {
      const which = whichOf(url.searchParams)
      const gaveUp = url.searchParams.has('gave_up')
      return page(
        Object.keys(which).length === 0 ? listed(deps) : opened(deps, which, gaveUp),
        which,
        language,
      )
    }
    case 'GET /style.css':
      return { status: 200, headers: { 'Content-Type': 'text/css; charset=utf-8' }, text: STYLE }
    case 'POST /pay': {
      const which = whichOf(await formOf(request))
      deps.payer.pay(which, { openid: undefined, bankType: undefined, coupon: 0 })
      deps.onChange()
      return seeOther(address(placeOf(which, language)))
    }
    case 'POST /give-up': {
      const which = whichOf(await formOf(request))
      // Giving up tells WeChat nothing.
      deps.payer.open(which)
      return seeOther(address(placeOf(which, language), { gave_up: '' }))
    }
    default:
      throw new ControlError(404, 'no_such_page', `no ${request.method} ${url.pathname}`)
  }
}

function listed({ payer }: PayerPageDeps): Shown {
  return { kind: 'list', bills: payer.unpaid().map((order) => billOf(order.request.out_trade_no, [order])) }
}

function opened({ payer, ledger, timeline }: PayerPageDeps, which: Which, gaveUp: boolean): Shown {
  const { number, isCombined } = payer.find(which)
  const combined = isCombined ? ledger.combined.get(number) : undefined
  const order = isCombined ? undefined : ledger.orders.get(number)
  const orders =
    combined === undefined ? [order].filter((each) => each !== undefined) : ordersOf(ledger, combined)
  const states = orders.map((each) => tradeState(each, timeline.now()))
  if (states.includes('REFUND')) return { kind: 'refunded', bill: billOf(number, orders) }
  if (states.includes('SUCCESS')) return { kind: 'paid', bill: billOf(number, orders) }
  payer.open(which)
  return { kind: gaveUp ? 'gave_up' : 'payable', bill: billOf(number, orders) }
}

/** Orders that are paid together are all paid, or none of them. */
function billOf(number: string, orders: readonly Order[]): Bill {
  return {
    number,
    merchants: [...new Set(orders.map(({ request: { mchid, sub } }) => sub?.mchid ?? mchid))],
    descriptions: orders.map(({ request }) => request.description),
    total: orders.reduce((sum, { request }) => sum + request.amount.total, 0),
  }
}

function placeOf(which: Which, language: Language): Place {
  const named = Object.entries(which).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { path: PAYER_PATH, language, which: named }
}

/** Empty when nothing names an order. */
function whichOf(given: URLSearchParams): Which {
  const fields = Object.keys(WHICH).flatMap((name) => {
    const value = given.get(name)?.trim()
    return value === undefined || value === '' ? [] : [[name, value]]
  })
  return v.parse(v.object(WHICH), Object.fromEntries(fields))
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const body = await readBody(request, MAX_FORM_BYTES)
  if (body === 'too_large') throw new ControlError(413, 'too_large', 'the form is too large')
  return new URLSearchParams(body.toString('utf8'))
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

function page(shown: Shown, which: Which, language: Language): Reply {
  const text = payerDocument(shown, placeOf(which, language))
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, text }
}

/** So that loading the page again does not pay again. */
function seeOther(location: string): Reply {
  return { status: 303, headers: { Location: location }, text: '' }
}

function send(response: ServerResponse, { status, headers, text }: Reply): void {
  const body = Buffer.from(text)
  response.writeHead(status, { ...HEADERS, ...headers, 'Content-Length': body.length }).end(body)
}
