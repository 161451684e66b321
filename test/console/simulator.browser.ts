/** The page over the real simulator, by its real server: what is pressed here happens there. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPage } from '#console/packaging/build-page.ts'
import { startSimulatorConsole } from '#console/server/simulator-console.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { findBrowser, openPage, startBrowser } from '#test/browser/browser.ts'
import { APPID, createMerchant, MCHID, prepayBody } from '#test/simulator/support/merchant.ts'
import { type Receiver, startReceiver } from '#test/simulator/support/receiver.ts'
import { FAULT_KINDS } from './simulator-fixture.ts'

const MARKUP = `<img src=x onerror=document.title='broken'>`

describe.skipIf(findBrowser() === undefined)('the console of a simulator in a browser', () => {
  let browser: Browser
  let receiver: Receiver
  let simulator: Simulator
  let desk: ConsoleServer
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    ;[browser, receiver] = await Promise.all([startBrowser(), startReceiver(), buildPage()])
    simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
    const { control, controlUrl } = simulator
    desk = await startSimulatorConsole({ port: 0, control, controlUrl, mchid: MCHID, version: 'test' })
    ;({ page, complaints } = await openPage(browser))
    await page.goto(desk.url)
    await page.getByText('live', { exact: true }).waitFor()
  })

  afterAll(async () => {
    await browser.close()
    await desk.stop()
    await simulator.stop()
    await receiver.stop()
  })

  const order = () => page.getByRole('article').filter({ hasText: 'PAGE-1' })
  const wire = () => page.locator('.wire ol').innerText()

  it('shows an order and its request as they come, with markup as text', async () => {
    const body = prepayBody({ out_trade_no: 'PAGE-1', notify_url: receiver.url, description: MARKUP })
    expect((await createMerchant(simulator).post('/v3/pay/transactions/native', body)).status).toBe(200)
    await expect.poll(wire).toContain('POST /v3/pay/transactions/native')
    await order().getByText(MARKUP).waitFor()
    expect(await page.title()).not.toBe('broken')
  })

  it('pays it, and shows the notification that goes out', async () => {
    await order().getByRole('button', { name: 'Pay', exact: true }).click()
    await order().getByText('SUCCESS').waitFor()
    await simulator.control.flush()
    await expect.poll(wire).toContain('TRANSACTION.SUCCESS')
    await page.getByRole('link', { name: 'Notifications' }).click()
    await page.getByRole('cell', { name: '204' }).waitFor()
  })

  it('opens the notification with the payer masked, and sends it again', async () => {
    await page.locator('tbody').getByRole('link').first().click()
    await page.getByText('"openid": "***"').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('Sent again').waitFor()
    await expect.poll(() => receiver.arrivals.length).toBe(2)
  })

  it('takes every fault that it has a button for', async () => {
    await page.getByRole('link', { name: 'Payer and faults' }).click()
    await page.locator('.faults button').last().waitFor()
    const buttons = await page.locator('.faults button').all()
    for (const button of buttons) {
      const name = await button.innerText()
      await button.click()
      await page.getByText(`Fault set: ${name}`, { exact: true }).waitFor()
    }
    expect(await simulator.control.faults()).toHaveLength(FAULT_KINDS.length)
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByText('No fault is set.').waitFor()
    expect(await simulator.control.faults()).toEqual([])
  })

  it('moves WeChat’s clock', async () => {
    const before = await simulator.control.time()
    await page.getByRole('button', { name: '+ 1 h' }).click()
    await page.getByText('1 h have passed at WeChat.').waitFor()
    expect((await simulator.control.time()).now - before.now).toBeGreaterThanOrEqual(3_600_000)
    expect(complaints).toEqual([])
  })
})
