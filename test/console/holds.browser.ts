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
    expect(complaints).toEqual([])
  })
})
