import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltFile, buildPage, bundlePage } from '#console/packaging/build-page.ts'

const LIMIT_BYTES = 100_000

let folder = ''
let files: readonly BuiltFile[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-page-'))
  files = await buildPage(folder)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const text = (name: string) =>
  Buffer.from(files.find((file) => file.name === name)?.content ?? '').toString('utf8')

describe('the built page', () => {
  it('is a document, a script, a style sheet and an icon', async () => {
    expect((await readdir(folder)).toSorted()).toEqual([
      'console.css',
      'console.js',
      'icon.svg',
      'index.html',
    ])
    for (const { name, content } of files)
      expect(await readFile(join(folder, name))).toEqual(Buffer.from(content))
  })

  it('weighs less than 100 KB, zipped', () => {
    const zipped = files.map(({ content }) => gzipSync(content).length)
    expect(zipped.reduce((sum, size) => sum + size, 0)).toBeLessThan(LIMIT_BYTES)
    expect(text('console.js').length).toBeGreaterThan(10_000)
  })

  it('asks nobody else for anything, and has nothing inline', () => {
    const everything = ['index.html', 'console.js', 'console.css'].map(text).join('\n')
    const addresses = [...everything.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([address]) => address)
    // Names of the vocabularies of SVG and MathML, which nobody fetches.
    expect(new Set(addresses.filter((address) => !address.startsWith('http://www.w3.org/')))).toEqual(
      new Set(),
    )
    expect(text('index.html')).not.toMatch(/<style|<script(?![^>]*src=)|style=|\son\w+=/)
    expect(everything).not.toMatch(/\beval\(|new Function/)
  })

  it('is the same each time, and what is there already is left as it is', async () => {
    const path = join(folder, 'console.js')
    const { mtimeMs } = await stat(path)
    await buildPage(folder)
    expect((await stat(path)).mtimeMs).toBe(mtimeMs)
    expect(await bundlePage()).toEqual(files)
  })
})
