/** Holds decided in a browser, over the local stack: the page, its server, the API and the books. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLocalDesk } from '#console/desk/local-desk.ts'
import { buildPage } from '#console/packaging/build-page.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { startStack } from '#local/stack.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { findBrowser, openPage, startBrowser } from '#test/browser/browser.ts'
import { scratch } from '#test/local/fixture.ts'

const MARKUP = `<b>looked</b> it up`
const place = scratch()

describe.skipIf(findBrowser() === undefined)('a held order in the console', () => {
  let browser: Browser
  let simulator: Simulator
  let stack: LocalStack
  let desk: ConsoleServer
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    stack = await startStack({
      stateDir: place.path,
      environment: process.env,
      schedules: false,
      withAlipay: true,
      async simulator(merchant) {
        simulator = await startSimulator(merchant)
        return simulator
      },
    })
    ;[browser] = await Promise.all([startBrowser(), buildPage()])
    desk = await openLocalDesk({ stateDir: place.path, port: 0 })
    ;({ page, complaints } = await openPage(browser))
  })

  afterAll(async () => {
    await browser.close()
    await desk.stop()
    await stack.stop()
  })

  /** An order of 6600 fen for which WeChat tells a payment of 6500. */
  async function held(number: string): Promise<void> {
    const description = MARKUP
    await fetch(`${stack.apiUrl}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'native', out_trade_no: number, description, amount: { total: 6600 } }),
    })
    await simulator.control.addFault({
      kind: 'wrong_amount',
      amount: 6500,
      match: { out_trade_no: number },
    })
    await simulator.control.pay({ out_trade_no: number })
    await stack.logs.waitFor(
      ({ line }) => line.includes('"FACT_SETTLED"') && line.includes(`#${number}#SUCCESS`),
    )
  }

  async function decide(number: string, decision: 'Accept' | 'Dismiss'): Promise<void> {
    await page.goto(`${desk.url}#/orders?hold=amount_differs`)
    await page.getByRole('link', { name: number }).click()
    await page.getByRole('button', { name: decision, exact: true }).click()
    await page.getByLabel('Your name').fill('li.wei')
    await page.getByLabel('Note: why').fill(MARKUP)
    await page.getByRole('button', { name: `${decision} this hold` }).click()
    await page.getByText('Decided.').waitFor()
  }

  /** The same at Alipay. */
  async function heldAtAlipay(number: string): Promise<void> {
    const order = { out_trade_no: number, description: 'tea', amount: { total: 6600 } }
    await fetch(`${stack.apiUrl}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...order, provider: 'alipay', channel: 'precreate' }),
    })
    const { control } = simulator.alipay!
    const match = { out_trade_no: number }
    await control.addFault({ kind: 'wrong_amount', total_amount: '65.00', match })
    await control.pay({ out_trade_no: number })
    await stack.logs.waitFor(
      ({ line }) => line.includes('"FACT_SETTLED"') && line.includes(`#${number}#SUCCESS`),
    )
  }

  const shown = () => page.locator('main').innerText()

  it('is paid as WeChat says when somebody accepts it', async () => {
    await held('CONSOLE-HELD-1')
    await decide('CONSOLE-HELD-1', 'Accept')
    expect(await shown()).toMatch(/paid[^]*¥65\.00[^]*li\.wei decided on amount_differs#\w+: accepted/)
    expect(await page.locator('.hold').count()).toBe(0)
  })

  it('is only seen when somebody dismisses it, and can still be accepted', async () => {
    await held('CONSOLE-HELD-2')
    await decide('CONSOLE-HELD-2', 'Dismiss')
    await page.getByRole('button', { name: 'Accept', exact: true }).waitFor()
    expect(await shown()).toMatch(/awaiting payment[^]*li\.wei decided on amount_differs#\w+: dismissed/)
    expect(await shown()).toContain(MARKUP)
  })

  it('is found among those of Alipay, where the same number is another order', async () => {
    await held('CONSOLE_BOTH')
    await heldAtAlipay('CONSOLE_BOTH')
    await page.goto(`${desk.url}#/orders?state=held`)
    await page.getByLabel('Provider').selectOption('Alipay')
    await page.getByText('Alipay · tea').waitFor()
    await page.getByRole('link', { name: 'CONSOLE_BOTH' }).click()
    await page.getByRole('button', { name: 'Accept', exact: true }).click()
    await page.getByLabel('Your name').fill('li.wei')
    await page.getByLabel('Note: why').fill('looked it up')
    await page.getByRole('button', { name: 'Accept this hold' }).click()
    await page.getByText('Decided.').waitFor()
    expect(await shown()).toMatch(/paid[^]*¥65\.00[^]*Alipay[^]*precreate/)
    const other = await fetch(`${stack.apiUrl}/v1/payments/CONSOLE_BOTH`)
    expect(await other.json()).toMatchObject({ provider: 'wechat', status: 'AWAITING_PAYMENT', held: true })
    await page.goto(`${desk.url}#/orders?q=CONSOLE_BOTH`)
    await page.getByText('Alipay · tea').waitFor()
    expect(await page.getByRole('link', { name: 'CONSOLE_BOTH' }).count()).toBe(2)
    expect(complaints).toEqual([])
  })
})
