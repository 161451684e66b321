/**
 * `npm run console:pictures`: the pictures of docs/console.md, taken of a local stack with a short history. Look at each before it
 * is committed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Listing } from '#console/contract.ts'
import type { NotificationRow } from '#console/contract-watch.ts'
import { openLocalDesk } from '#console/desk/local-desk.ts'
import { buildPage } from '#console/packaging/build-page.ts'
import { daysAfter } from '#shared/beijing-day.ts'
import { startStack } from '#local/stack.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { startBrowser } from '#test/browser/browser.ts'
import { playHistory } from './played-history.ts'
import { type Shot, takePictures } from './take-pictures.ts'

const FOLDER = resolve(import.meta.dirname, '../../docs/pictures/console')

const say = (line: string) => process.stdout.write(`${line}\n`)

async function listed<Entry>(consoleUrl: string, path: string): Promise<readonly Entry[]> {
  const response = await fetch(new URL(`api/${path}`, consoleUrl))
  const { entries } = (await response.json()) as Listing<Entry>
  return entries
}

async function shotsOf(consoleUrl: string, day: string): Promise<readonly Shot[]> {
  const [refused] = await listed<NotificationRow>(consoleUrl, 'notifications?outcome=refused')
  // The clock of WeChat was moved: for this machine that day is not over.
  const days = `from=${daysAfter(day, -3)}&to=${day}`
  return [
    { name: 'orders', place: 'orders', whole: 'main table' },
    { name: 'order', place: 'orders/TEA-1002', whole: '.timeline' },
    { name: 'held', place: 'orders/TEA-1003', whole: '.hold' },
    { name: 'refunds', place: 'refunds', whole: 'main table' },
    { name: 'notifications', place: 'notifications', whole: 'main table' },
    { name: 'notification', place: `notifications/${refused?.id ?? ''}`, whole: '.facts' },
    { name: 'reconciliation', place: `reconciliation?${days}`, whole: 'main table' },
    { name: 'day', place: `reconciliation/${day}`, whole: '.facts' },
    { name: 'charts', place: 'charts', whole: '.chart', scheme: 'dark' },
    { name: 'simulator', place: 'simulator', whole: '.wire li' },
    // Its checks leave calls and a notification that was refused.
    { name: 'health', place: 'health', whole: '.checks' },
  ]
}

const stateDir = await mkdtemp(join(tmpdir(), 'console-pictures-'))
const stack = await startStack({
  stateDir,
  environment: process.env,
  onProgress: say,
  simulator: (merchant) => startSimulator(merchant),
})
try {
  const day = await playHistory(stack)
  await buildPage()
  const desk = await openLocalDesk({ stateDir, port: 0 })
  const browser = await startBrowser()
  try {
    say(`${await takePictures(browser, desk.url, FOLDER, await shotsOf(desk.url, day))} bytes in ${FOLDER}`)
  } finally {
    await browser.close()
    await desk.stop()
  }
} finally {
  await stack.stop()
  await rm(stateDir, { recursive: true, force: true })
}
