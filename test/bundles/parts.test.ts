/** A function of a few lines and what it loads later: what a part is, whoever the function is. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bundleWithParts } from '#infra/bundle-parts.ts'
import { packagedBundles } from '#infra/library/packaged-bundles.ts'

const place = mkdtempSync(join(tmpdir(), 'wxpay-parts-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const COMMON = {
  'package.json': JSON.stringify({ type: 'module', sideEffects: false, imports: { '#p/*': './*' } }),
  'count.ts': `let made = 0\nexport const next = () => (made += 1)`,
  'words.ts': `export class Word {}\nexport const unused = 'of nobody'`,
  'part.ts': `import * as words from './words.ts'
import { next } from './count.ts'
import { OWN } from './own.ts'
export const told = (word: object) => [word instanceof words.Word, next(), OWN]`,
  'own.ts': `export const OWN = 'read with the part'`,
  'index.ts': `import { next } from './count.ts'
import { Word } from './words.ts'
next()
export const handler = async () => (await import('#p/part.ts')).told(new Word())`,
}

/** @returns where the function stands. */
async function bundled(name: string, changed: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = join(place, name)
  mkdirSync(join(root, 'out/f'), { recursive: true })
  for (const [file, text] of Object.entries({ ...COMMON, ...changed })) writeFileSync(join(root, file), text)
  const { outputs } = await bundleWithParts({
    absWorkingDir: root,
    outdir: join(root, 'out'),
    entryPoints: [{ in: 'index.ts', out: 'f/index' }],
    external: [],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
  })
  const folder = join(root, 'out/f')
  const imports = { '#p/part.ts': './part.js' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs', imports }))
  expect(Object.keys(outputs).sort()).toEqual(['out/f/index.js', 'out/f/part.js'])
  return folder
}

it('a part is read when it is asked for, and has classes and what is made once from the function', async () => {
  const folder = await bundled('whole')
  const require = createRequire(import.meta.url)
  const { handler } = require(folder)
  const isRead = () => join(folder, 'part.js') in require.cache
  expect(isRead()).toBe(false)
  expect(await handler()).toEqual([true, 2, 'read with the part'])
  expect(isRead()).toBe(true)
  expect(readFileSync(join(folder, 'index.js'), 'utf8')).not.toContain('read with the part')
  expect(readFileSync(join(folder, 'part.js'), 'utf8')).not.toContain('class')
})

it('the function exports its handler, and for its parts one function more', async () => {
  const require = createRequire(import.meta.url)
  const { handler, give, ...others } = require(await bundled('giving'))
  expect(Object.keys(give())).toHaveLength(2)
  expect(await handler()).toEqual([true, 2, 'read with the part'])
  expect(others).toEqual({})
})

it('what a file of the function only hands on to the part is read with the part', async () => {
  const folder = await bundled('handing-on', {
    'words.ts': `export { OWN, OTHER as other } from './own.ts'
export { next } from './count.ts'
export class Word {}`,
    'own.ts': `export const OWN = 'read with the part'\nexport const OTHER = 'this as well'`,
    'part.ts': `import { next, other, OWN, Word } from './words.ts'
export const told = (word: object) => [word instanceof Word, next(), OWN, other]`,
  })
  const { handler } = createRequire(import.meta.url)(folder)
  expect(await handler()).toEqual([true, 2, 'read with the part', 'this as well'])
  expect(readFileSync(join(folder, 'index.js'), 'utf8')).not.toMatch(/read with the part|this as well/)
  expect(readFileSync(join(folder, 'part.js'), 'utf8')).not.toContain('made')
})

it('a file of which the part takes what the function does not have is not bundled twice', async () => {
  // The function has `next` of it, and with `both` all that the part has by itself.
  const both = `let made = 0\nexport const next = () => (made += 1)\nimport { OWN } from './own.ts'\nexport const both = () => OWN`
  const part = `import { OWN } from './own.ts'\nimport { both } from './count.ts'\nexport const told = () => [OWN, both()]`
  const twice = bundled('twice', {
    'count.ts': both,
    'part.ts': part,
    'own.ts': `export const OWN = { of: 'two' }`,
  })
  await expect(twice).rejects.toThrow('two files of f/index have own.ts: split what each needs of it')
})

it('a package that lacks a part of a function is told of when the stack is made', async () => {
  const folder = await bundled('lacking')
  const bundles = packagedBundles(['wechat'], join(folder, '..'))
  expect(bundles.directoryOf('f')).toBe(folder)
  rmSync(join(folder, 'part.js'))
  expect(() => bundles.directoryOf('f')).toThrow('finds no ./part.js of f')
})
