/** The example shop as a customer sees it: its packed client, the local stack, a browser, and the simulator's payer. */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { decodeQR } from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStack } from '#local/stack.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { findBrowser, openPage, startBrowser } from '#test/browser/browser.ts'
import { scratch } from '#test/local/fixture.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const place = scratch()
/** As wide as a phone. */
const WINDOW = { viewport: { width: 400, height: 540 } }
let stack: LocalStack
let browser: Browser
let shop: ChildProcess
let shopUrl: string

/** A copy of the example with the packed client; all else that it names is what this checkout has. */
async function copyOfShop(): Promise<string> {
  const folder = join(place.path, 'shop')
  const modules = join(folder, 'node_modules')
  await mkdir(modules, { recursive: true })
  const files = (await readdir(join(ROOT, 'examples/shop'))).filter((name) => /\.(?:ts|json)$/.test(name))
  for (const file of files) await cp(join(ROOT, 'examples/shop', file), join(folder, file))
  const { stdout } = await run(process.execPath, ['client/packaging/pack.ts', place.path], { cwd: ROOT })
  await run('tar', ['-xzf', stdout.trim(), '-C', modules])
  await cp(join(modules, 'package'), join(modules, 'wechatpay-lambda-client'), { recursive: true })
  for (const name of ['@aws-sdk', 'qr', 'aws-cdk-lib', 'constructs', 'esbuild', '@types'])
    await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  // As `npm install` leaves one: the CDK takes the folder that has it for the project.
  await writeFile(join(folder, 'package-lock.json'), '{}')
  return folder
}

async function openShop(folder: string): Promise<string> {
  const env = { ...process.env, PORT: '0', STACK_FILE: stack.stackFile }
  shop = spawn(process.execPath, ['local.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: shop.stdout! })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('the shop ended before it was open')
}

/** What a browser makes of a picture: its size, and its pixels one after the other. */
const PIXELS = `async (url) => {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob())
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context.drawImage(bitmap, 0, 0)
  return { width: bitmap.width, height: bitmap.height, data: [...context.getImageData(0, 0, bitmap.width, bitmap.height).data] }
}`

/** Reads the code off the screen, as a phone does. */
async function scanned(page: Page): Promise<string> {
  const picture = await page.getByRole('img', { name: 'QR code' }).screenshot()
  const empty = await page.context().newPage()
  const url = `data:image/png;base64,${picture.toString('base64')}`
  const image = await empty.evaluate<{ width: number; height: number; data: number[] }>(
    `(${PIXELS})(${JSON.stringify(url)})`,
  )
  await empty.close()
  return decodeQR({ ...image, data: Uint8Array.from(image.data) })
}

describe.skipIf(findBrowser() === undefined)('the example shop in a browser', () => {
  let folder: string

  beforeAll(async () => {
    ;[stack, browser, folder] = await Promise.all([
      startStack({
        stateDir: join(place.path, 'state'),
        schedules: false,
        requireIam: true,
        simulator: (merchant) => startSimulator({ ...merchant, refundDelayMs: 'manual' }),
      }),
      startBrowser(),
      copyOfShop(),
    ])
    shopUrl = await openShop(folder)
  })
  afterAll(async () => {
    shop?.kill()
    await browser?.close()
    await stack?.stop()
    place.remove()
  })

  it('is paid by whoever scans its code, and pays back', async () => {
    const { page, complaints } = await openPage(browser, WINDOW)
    const status = page.getByRole('status')
    await page.goto(shopUrl)
    await expectGoodPage(page, 'product')
    await page.getByRole('button', { name: 'Buy' }).click()
    await status.filter({ hasText: 'Scan with WeChat' }).waitFor()
    await expectGoodPage(page, 'code')

    const { page: phone, complaints: ofPhone } = await openPage(browser, WINDOW)
    await phone.goto(stack.simulator!.payerUrl)
    await expectGoodPage(phone, 'list')
    await phone.getByLabel('What the QR code says').fill(await scanned(page))
    await phone.getByRole('button', { name: 'Scan' }).click()
    await phone.getByText('¥1.00').waitFor()
    await expectGoodPage(phone, 'payer')
    await phone.getByRole('button', { name: 'Pay' }).click()
    await phone.getByText('Paid. WeChat notifies the merchant.').waitFor()
    await expectGoodPage(phone, 'done')

    // The page of the shop changes by itself when its event has come.
    await status.filter({ hasText: 'Paid' }).waitFor()
    await expectGoodPage(page, 'paid')
    await page.getByRole('button', { name: 'Return it' }).click()
    await status.filter({ hasText: 'Your refund is under way' }).waitFor()
    const [refund] = await stack.simulator!.control.refunds()
    await stack.simulator!.control.finishRefund(refund!.out_refund_no)
    await status.filter({ hasText: 'Refunded' }).waitFor()
    await expectGoodPage(page, 'refunded')

    expect(await stack.simulator!.control.books()).toMatchObject({
      payments: { count: 1, total: 100 },
      refunds: { SUCCESS: { count: 1, total: 100 } },
      balance: 0,
    })
    expect([...complaints, ...ofPhone]).toEqual([])
  })

  it('leads somebody without a phone to the payer, who may give up, in Chinese and in the dark', async () => {
    const { page, complaints } = await openPage(browser, { ...WINDOW, locale: 'zh-CN', colorScheme: 'dark' })
    await page.goto(shopUrl)
    await page.getByRole('button', { name: '购买' }).click()
    const opened = page.context().waitForEvent('page')
    await page.getByRole('link', { name: '没有手机' }).click()
    await expectGoodPage(page, 'dark')
    const payer = await opened
    await expectGoodPage(payer, 'dark-payer')
    await payer.getByRole('button', { name: '放弃' }).click()
    await payer.getByText('您已放弃').waitFor()
    await expectGoodPage(payer, 'dark-given-up')
    expect(await page.getByRole('status').textContent()).toContain('请用微信扫码支付')
    expect(complaints).toEqual([])
  })

  it('is synthesized with its functions bundled, which answer a browser', async () => {
    const out = join(place.path, 'cdk.out')
    const context = {
      apiUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com',
      topicArn: 'arn:aws:sns:us-east-1:111122223333:wxpay-dev-events',
    }
    const cdk = { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' }
    await run(process.execPath, ['deploy.ts'], { cwd: folder, env: { ...process.env, ...cdk } })
    const bundle = (await readdir(out)).find((name) => name.startsWith('asset.'))!
    expect((await readFile(join(out, bundle, 'index.js'))).length).toBeLessThan(150_000)
    // The SDK is the one that Lambda brings.
    await symlink(join(ROOT, 'node_modules'), join(out, 'node_modules'))
    const ask = `require('./index.js').web({ rawPath: '/', requestContext: { http: { method: 'GET' } } }).then((answer) => console.log(answer.statusCode))`
    const env = { API_URL: context.apiUrl, TABLE: 'orders', AWS_REGION: 'us-east-1' }
    const { stdout } = await run(process.execPath, ['-e', ask], { cwd: join(out, bundle), env })
    expect(stdout.trim()).toBe('200')
  })

  it('has the types that the packed client gives it', async () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck']
    const more = [
      '--allowImportingTsExtensions',
      '--noUncheckedIndexedAccess',
      '--exactOptionalPropertyTypes',
    ]
    const files = ['local.ts', 'lambda.ts', 'deploy.ts']
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, [...options, ...more, '--types', 'node', ...files], {
      cwd: folder,
    }).catch((failed: { stdout: string }) => failed)
    expect(stdout).toBe('')
  })
})

/** No fault that a program can find; and a picture for the page of the example, when somebody asks for one. */
async function expectGoodPage(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  const target = process.env['SHOP_PICTURES']
  if (target !== undefined) await page.screenshot({ path: join(target, `${name}.png`) })
}
