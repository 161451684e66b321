import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AssemblyCacheOptions, cachedAssembly, INPUTS } from '#local/assembly-cache.ts'
import { givenBundles } from '#test/support/given-bundles.ts'
import { type Scratch, scratch } from './fixture.ts'

let place: Scratch
let project: string
let folder: string
/** How often something was synthesized. */
let made: number

beforeEach(() => {
  place = scratch()
  project = join(place.path, 'project')
  folder = join(place.path, 'assemblies')
  made = 0
  write('infra/stack.ts', 'stack')
  write('functions/notify/handler.ts', 'handler')
  write('shared/money.ts', 'money')
  write('package-lock.json', '{}')
})
afterEach(() => place.remove())

function write(name: string, content: string): void {
  const path = join(project, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
}

function assembly(options: Partial<AssemblyCacheOptions> = {}) {
  return cachedAssembly({ project, folder, settings: { stage: 'dev' }, synthesize, ...options })
}

async function synthesize(outDir: string): Promise<void> {
  made += 1
  mkdirSync(join(outDir, 'asset.1'), { recursive: true })
  writeFileSync(join(outDir, 'manifest.json'), `{"made":${made}}`)
  writeFileSync(join(outDir, 'asset.1', 'index.js'), 'exports.handler = 1')
}

const manifestIn = (path: string) => readFileSync(join(path, 'manifest.json'), 'utf8')

describe('a cloud assembly', () => {
  it('is synthesized once as long as nothing changes', async () => {
    const first = await assembly()
    expect(first.synthesized).toBe(true)
    expect(await assembly()).toEqual({ path: first.path, synthesized: false })
    expect(made).toBe(1)
    expect(manifestIn(first.path)).toBe('{"made":1}')
  })

  it.each<[string, () => void]>([
    ['a line of a function changes', () => write('functions/notify/handler.ts', 'another')],
    ['a file of the infrastructure is added', () => write('infra/watch/alarms.ts', '')],
    [
      'a shared file is renamed',
      () => renameSync(join(project, 'shared/money.ts'), join(project, 'shared/fen.ts')),
    ],
    ['a file is taken away', () => rmSync(join(project, 'shared/money.ts'))],
    ['the lock file changes', () => write('package-lock.json', '{ }')],
    ['the settings of the CDK appear', () => write('cdk.json', '{}')],
  ])('is synthesized again when %s', async (_, change) => {
    const { path } = await assembly()
    change()
    const second = await assembly()
    expect([second.synthesized, made]).toEqual([true, 2])
    expect(second.path).not.toBe(path)
  })

  it('is one of its own for each stage', async () => {
    await assembly()
    expect((await assembly({ settings: { stage: 'dev-cn' } })).synthesized).toBe(true)
    expect((await assembly()).synthesized).toBe(false)
  })

  it('comes back when a change is taken back', async () => {
    const { path } = await assembly()
    write('shared/money.ts', 'edited')
    await assembly()
    write('shared/money.ts', 'money')
    expect(await assembly()).toEqual({ path, synthesized: false })
  })

  it('does not change with what no synthesis reads', async () => {
    await assembly()
    write('README.md', 'read me')
    write('test/some.test.ts', '')
    expect((await assembly()).synthesized).toBe(false)
  })
})

describe('a damaged entry', () => {
  it.each<[string, (path: string) => void]>([
    ['a changed byte', (path) => writeFileSync(join(path, 'asset.1', 'index.js'), 'exports.handler = 2')],
    ['a lost file', (path) => rmSync(join(path, 'asset.1', 'index.js'))],
    ['a file too many', (path) => writeFileSync(join(path, 'asset.1', 'more.js'), '')],
    ['an empty directory', (path) => rmSync(path, { recursive: true })],
    ['no seal', (path) => rmSync(join(path, '..', 'sha256'))],
    ['half a seal', (path) => writeFileSync(join(path, '..', 'sha256'), 'abc')],
  ])('with %s is made anew', async (_, damage) => {
    const { path } = await assembly()
    damage(path)
    expect(await assembly()).toEqual({ path, synthesized: true })
    expect(manifestIn(path)).toBe('{"made":2}')
    expect(readdirSync(join(path, 'asset.1'))).toEqual(['index.js'])
    expect((await assembly()).synthesized).toBe(false)
  })
})

describe('a synthesis', () => {
  it('that fails leaves nothing that could be taken for an assembly', async () => {
    const broken = async (outDir: string) => {
      await synthesize(outDir)
      throw new Error('the CDK app failed')
    }
    await expect(assembly({ synthesize: broken })).rejects.toThrow('the CDK app failed')
    expect(readdirSync(folder)).toEqual([])
    expect((await assembly()).synthesized).toBe(true)
  })

  it('whose inputs change while it runs is done again', async () => {
    const editing = async (outDir: string) => {
      await synthesize(outDir)
      if (made === 1) write('infra/stack.ts', 'edited meanwhile')
    }
    const { path } = await assembly({ synthesize: editing })
    expect(manifestIn(path)).toBe('{"made":2}')
    expect(await assembly()).toEqual({ path, synthesized: false })
  })

  it('that another process finished first gives way to it', async () => {
    const { path } = await assembly()
    const finished = join(path, '..')
    const aside = join(place.path, 'aside')
    renameSync(finished, aside)
    const overtaken = async (outDir: string) => {
      await synthesize(outDir)
      cpSync(aside, finished, { recursive: true })
    }
    await assembly({ synthesize: overtaken })
    expect(manifestIn(path)).toBe('{"made":1}')
    expect(readdirSync(folder)).toHaveLength(1)
  })
})

describe('old entries', () => {
  it('are removed when they are many and were not used today', async () => {
    for (let stage = 0; stage < 8; stage += 1) await assembly({ settings: { stage } })
    expect(readdirSync(folder)).toHaveLength(8)
    const used = await assembly({ settings: { stage: 0 } })
    const old = readdirSync(folder).filter((name) => !used.path.includes(name))
    for (const name of old) utimesSync(join(folder, name), 0, 0)
    await assembly({ settings: { stage: 'another' } })
    expect(readdirSync(folder)).toHaveLength(6)
    expect((await assembly({ settings: { stage: 0 } })).synthesized).toBe(false)
  })
})

describe('the inputs', () => {
  it('hold every file that esbuild puts into a bundle, packages aside', async () => {
    const { metafile } = await givenBundles()
    const root = resolve(import.meta.dirname, '../..')
    const others = Object.keys(metafile.inputs)
      .map((path) => resolve(root, path).slice(root.length + 1))
      .filter((path) => !path.startsWith(`node_modules${sep}`))
      .filter((path) => !INPUTS.some((input) => path === input || path.startsWith(input + sep)))
    expect(others).toEqual([])
  })
})
