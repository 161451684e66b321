import axe from 'axe-core'
import { decodeQR } from 'qr/decode.js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, type OpenPage, openPage, startBrowser } from '#test/browser/browser.ts'
import { type FixtureServer, startFixtureServer } from './fixture-server.ts'
import { MARKUP } from './orders-fixture.ts'
import { SIMULATOR_ORDERS, WIRE } from './simulator-fixture.ts'

const PLACES = [
  'orders',
  'orders/TEA-1002',
  'orders/TEA-1003',
  'refunds',
  'notifications',
  'notifications/n-1',
  'notifications/n-2',
  'reconciliation',
  'reconciliation/2026-11-25',
  'health',
  'charts',
  'simulator',
]
/** Those that show what somebody else wrote. */
const WITH_MARKUP = [
  'orders',
  'orders/TEA-1002',
  'orders/TEA-1003',
  'notifications/n-1',
  'notifications/n-2',
  'health',
  'simulator',
]

describe.skipIf(findBrowser() === undefined)('the console in a browser', () => {
  let browser: Browser
  let server: FixtureServer
  let shared: OpenPage

  beforeAll(async () => {
    ;[browser, server] = await Promise.all([startBrowser(), startFixtureServer()])
    shared = await openPage(browser)
  })

  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function visit(page: Page, place: string, from = server): Promise<void> {
    await page.goto(`${from.url}#/${place}`)
    await page.reload()
    await page.locator('h1').waitFor()
    await page.locator('main :is(table, .chart svg, .payer, .facts)').first().waitFor()
  }

  describe.each([
    { locale: 'en', colorScheme: 'light' },
    { locale: 'zh-CN', colorScheme: 'dark' },
  ] as const)('axe finds no fault ($locale, $colorScheme)', (options) => {
    let open: OpenPage

    beforeAll(async () => {
      open = await openPage(browser, options)
    })

    it.each(PLACES)('on %s', async (place) => {
      await visit(open.page, place)
      await open.page.evaluate(axe.source)
      const { violations } = await open.page.evaluate<axe.AxeResults>('axe.run()')
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      expect(await open.page.locator('html').getAttribute('lang')).toBe(options.locale)
    })

    it('and the browser has nothing to complain of: no error, nothing that the policy forbids', () => {
      expect(open.complaints).toEqual([])
    })
  })

  it.each(WITH_MARKUP)('shows markup that was stored as text on %s', async (place) => {
    const { page } = shared
    await visit(page, place)
    expect(await page.locator('main').innerText()).toContain(MARKUP)
    expect(await page.locator('img, main b').count()).toBe(0)
    expect(await page.title()).not.toBe('broken')
  })

  it.each(PLACES)('fits a narrow window on %s', async (place) => {
    const { page } = shared
    await page.setViewportSize({ width: 375, height: 700 })
    await visit(page, place)
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
    )
    expect(scrollWidth).toBe(clientWidth)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('can be used with a keyboard alone', async () => {
    const { page } = await openPage(browser)
    await visit(page, 'orders')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    // The button that refreshes, then the field.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('TEA-1003')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toContain('#/orders?q=TEA-1003')
    await page.getByRole('link', { name: 'TEA-1003' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Order TEA-1003' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    await page.getByRole('button', { name: 'Dismiss', exact: true }).press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement.required')).toBe(true)
  })

  it('speaks the language that is chosen, and remembers it', async () => {
    const { page } = await openPage(browser)
    await visit(page, 'orders')
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { name: '订单' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '订单' }).waitFor()
    expect(await page.title()).toBe('订单 · 微信支付控制台')
  })

  it('dismisses a hold only with a name and a reason', async () => {
    const { page } = await openPage(browser)
    await visit(page, 'orders/TEA-1003')
    await page.getByRole('button', { name: 'Dismiss', exact: true }).click()
    const confirm = page.getByRole('button', { name: 'Dismiss this hold' })
    const before = server.changes.length
    await confirm.click()
    expect(server.changes.length).toBe(before)
    await page.getByLabel('Your name').fill('zhang.san')
    await page.getByLabel('Note: why').fill(MARKUP)
    await confirm.click()
    await page.getByText('Decided.').waitFor()
    const input = { hold: 'amount_differs#4200870452202611260000000013', by: 'zhang.san', note: MARKUP }
    expect(server.changes.slice(before)).toEqual([['POST /api/orders/TEA-1003/dismiss', input]])
    expect(await page.locator('.timeline').innerText()).toContain(`zhang.san`)
  })

  it('pays as the payer does, with a code that says what WeChat said', async () => {
    const { page } = shared
    await visit(page, 'simulator')
    expect(await readCode(page)).toBe(SIMULATOR_ORDERS[0]?.code_url)
    await page.getByRole('button', { name: 'Pay', exact: true }).click()
    await page.getByText('Order TEA-1001 is paid').waitFor()
    expect(server.changes.at(-1)).toEqual(['POST /api/simulator/pay', { out_trade_no: 'TEA-1001' }])
  })

  it('sets a fault as often as was chosen, and clears it', async () => {
    const { page } = shared
    await visit(page, 'simulator')
    await page.getByLabel('How often').selectOption('until cleared')
    await page.getByRole('button', { name: 'Slow answer' }).click()
    await page.getByRole('button', { name: 'Clear Slow answer' }).waitFor()
    expect(server.changes.at(-1)).toEqual(['POST /api/simulator/faults', { kind: 'slow', count: null }])
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByText('No fault is set.').waitFor()
  })

  it('shows what goes over the wire as it happens, until it is paused', async () => {
    const { page } = shared
    await visit(page, 'simulator')
    const lines = page.locator('.wire li')
    await expect.poll(() => lines.count()).toBe(WIRE.length)
    const [first] = WIRE
    if (first === undefined) throw new Error('no line')
    server.tell({ ...first, id: '3', at: '2026-11-26T04:05:00.000Z', out_trade_no: 'TEA-1009' })
    await expect.poll(() => lines.first().innerText()).toContain('TEA-1009')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('paused').waitFor()
    expect(await lines.count()).toBe(WIRE.length + 1)
  })

  it('waits for a slow answer instead of asking again', async () => {
    const { page } = await openPage(browser)
    await page.clock.install()
    let asked = 0
    const slow = Promise.withResolvers<void>()
    await page.route('**/api/refunds', async (route) => {
      asked += 1
      await slow.promise
      await route.continue()
    })
    await page.goto(`${server.url}#/refunds`)
    await page.locator('h1').waitFor()
    await page.clock.runFor(60_000)
    slow.resolve()
    await page.locator('table').waitFor()
    expect(asked).toBe(1)
    await page.clock.runFor(5000)
    await expect.poll(() => asked).toBe(2)
  })

  it('offers nothing that changes anything where it is read-only', async () => {
    const readOnly = await startFixtureServer({ write: false, place: 'deployed' })
    const { page } = await openPage(browser)
    await visit(page, 'orders/TEA-1003', readOnly)
    await page.getByText('read-only').waitFor()
    expect(await page.getByRole('button', { name: /Accept|Dismiss/ }).count()).toBe(0)
    await visit(page, 'notifications/n-1', readOnly)
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0)
    await readOnly.close()
  })

  it('says in words what went wrong, and what to do', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${server.url}#/orders/NOBODY`)
    await page.getByRole('alert').getByText('no such order').waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('alert').getByText('核对单号').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.route('**/api/**', (route) => route.abort())
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByRole('alert').getByText('Is it still running?').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('offline')
  })
})

/** Reads the code off the page as a scanner would. */
async function readCode(page: Page): Promise<string> {
  const code = page.getByRole('img', { name: 'QR code of order TEA-1001' })
  const box = (await code.getAttribute('viewBox')) ?? ''
  const size = Number(box.split(' ')[2])
  const dark = (await code.locator('.dark').getAttribute('d')) ?? ''
  const scale = 8
  const side = size * scale
  const data = new Uint8Array(side * side * 4).fill(255)
  for (const [, x, y] of dark.matchAll(/M(\d+) (\d+)/g)) {
    for (let row = 0; row < scale; row += 1) {
      const from = ((Number(y) * scale + row) * side + Number(x) * scale) * 4
      data.fill(0, from, from + scale * 4)
    }
  }
  return decodeQR({ width: side, height: side, data })
}
