/** What keeps the example in step with this checkout. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readShopOptions } from '#local/shop-options.ts'

type Manifest = Readonly<Record<'dependencies' | 'devDependencies' | 'engines', Record<string, string>>>
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest

it('names the versions that are tried here', () => {
  const [shop, own] = [read('examples/shop/package.json'), read('package.json')]
  const known = { ...own.dependencies, ...own.devDependencies }
  const named = { ...shop.dependencies, ...shop.devDependencies }
  for (const [name, version] of Object.entries(named))
    expect([name, version]).toEqual([
      name,
      name === 'wechatpay-lambda-client' ? 'file:wechatpay-lambda-client.tgz' : known[name],
    ])
  expect(shop.engines).toEqual(own.engines)
})

describe('the command line of npm run shop', () => {
  it('has defaults, and tells of itself when asked', () => {
    expect(readShopOptions([])).toEqual({ port: '3000', stateDir: resolve('.local') })
    expect(readShopOptions(['--help'])).toBeUndefined()
  })

  it.each([
    [['--port', 'x'], '--port x: expected a port from 0 to 65535'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j', (args, message) => {
    expect(() => readShopOptions(args)).toThrow(message)
  })
})
