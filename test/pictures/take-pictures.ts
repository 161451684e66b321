/** Pictures of every page of the console, in both languages, small enough to lie beside the documents. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Language } from '#console/contract.ts'
import { openPage } from '#test/browser/browser.ts'
import { type Pixels, smallPng } from './small-png.ts'

/** By the name of the picture. */
export interface Shot {
  readonly name: string
  /** After `#/`. */
  readonly place: string
  /** Something that is there when the page is whole. */
  readonly whole: string
  readonly scheme?: 'light' | 'dark'
}

const LANGUAGES = ['en', 'zh-CN'] as const
const FOLDERS: Readonly<Record<Language, string>> = { en: '', 'zh-CN': 'zh-CN' }
const SIZE = { width: 1280, height: 800 }
/** Pages that go on for long are cut: a reader sees what it is like. */
const MOST_HIGH = 1800

/** @returns how many bytes all of them have */
export async function takePictures(
  browser: Browser,
  consoleUrl: string,
  folder: string,
  shots: readonly Shot[],
): Promise<number> {
  const pages = await Promise.all(
    LANGUAGES.map(async (language) => {
      const { page } = await openPage(browser, { locale: language, viewport: SIZE })
      await page.goto(consoleUrl)
      await mkdir(join(folder, FOLDERS[language]), { recursive: true })
      return { language, page }
    }),
  )
  let bytes = 0
  // Both languages of a page before the next one: to look at some leaves traces, and both show the same.
  for (const shot of shots) {
    for (const { language, page } of pages) {
      const picture = smallPng(await take(page, shot))
      await writeFile(join(folder, FOLDERS[language], `${shot.name}.png`), picture)
      bytes += picture.length
    }
  }
  return bytes
}

async function take(page: Page, { place, whole, scheme = 'light' }: Shot): Promise<Pixels> {
  await page.emulateMedia({ colorScheme: scheme })
  await page.setViewportSize(SIZE)
  await page.evaluate(`location.hash = '#/${place}'`)
  await page.locator(whole).first().waitFor()
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ ...SIZE, height: Math.min(Math.max(height, SIZE.height), MOST_HIGH) })
  const png = await page.screenshot({ animations: 'disabled' })
  return pixelsOf(page, png)
}

/** The browser knows how to read its own pictures. */
async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
  const reader = await page.context().newPage()
  const read = await reader.evaluate<Read>(`(${READ_PIXELS})('${png.toString('base64')}')`)
  await reader.close()
  return { ...read, data: Buffer.from(read.base64, 'base64') }
}

interface Read {
  readonly width: number
  readonly height: number
  readonly base64: string
}

const READ_PIXELS = `async (png) => {
  const image = await createImageBitmap(new Blob([Uint8Array.fromBase64(png)]))
  const { width, height } = image
  const canvas = new OffscreenCanvas(width, height).getContext('2d')
  canvas.drawImage(image, 0, 0)
  const { data } = canvas.getImageData(0, 0, width, height)
  return { width, height, base64: new Uint8Array(data.buffer).toBase64() }
}`
