/** The construct as other apps get it: packed, installed without any registry, and the example synthesized with it. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOutputs } from '#cli/stack/deployed-stack.ts'
import { OPERATIONS, operationsOf } from '#infra/operations/operations.ts'
import { buildPackage } from '#infra/packaging/build.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { installPackage, nodesFrom } from '#test/support/installed-package.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'
import { PART_FILES } from '../bundles/weights.ts'
import { NAME, placeExample, synthesizeAlone, synthesizeExample } from './example-app.ts'

let construct: InstalledPackage

beforeAll(async () => {
  construct = await installPackage(NAME, buildPackage)
  placeExample(construct)
})
afterAll(() => construct?.remove())

describe('the package', () => {
  it('comes alone, says what npm needs to know, and names the CDK that it needs', () => {
    expect(construct.packages).toEqual([NAME])
    expect(construct.manifest).toMatchObject({
      license: 'Apache-2.0',
      engines: { node: '>=20.12' },
      peerDependencies: { 'aws-cdk-lib': '^2.240.0', constructs: '^10.5.0' },
    })
    expect(construct.manifest['dependencies']).toBeUndefined()
    for (const file of ['LICENSE', 'README.md', 'README.zh-CN.md', 'THIRD-PARTY.txt'])
      expect(statSync(construct.pathOf(file)).size).toBeGreaterThan(1000)
    for (const page of ['README.md', 'README.zh-CN.md'])
      expect(construct.linksOf(page).filter((link) => !existsSync(construct.pathOf(link)))).toEqual([])
  })

  it('holds built JavaScript that bundles nothing, and types that speak of CDK and of themselves alone', () => {
    const files = readdirSync(construct.pathOf(), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([])
    expect(construct.read('dist/index.js')).not.toMatch(/esbuild|import\.meta|\/work\//)
    const imported = files
      .filter((file) => file.endsWith('.d.ts'))
      .flatMap((file) => [...construct.read(file).matchAll(/from '([^']+)'/g)].map(([, name]) => name!))
    const strange = imported.filter((name) => !/^(?:aws-cdk-lib\/|constructs$|\.\/)/.test(name))
    expect(strange).toEqual([])
    const own = imported.filter((name) => name.startsWith('./'))
    expect(own.length).toBeGreaterThan(3)
    for (const name of own) expect(files).toContain(`dist/${name.slice(2).replace(/\.js$/, '.d.ts')}`)
  })

  it('has the functions once for each set of channels', () => {
    const bundles = (folder: string) => readdirSync(construct.pathOf(`dist/${folder}`)).sort()
    const wechat = bundles('functions-wechat')
    expect(wechat).toContain('notify')
    expect(bundles('functions-wechat-alipay')).toEqual([...wechat, 'notify-alipay'].sort())
    const ofWechat = ['notify', 'notify-v2', 'rotate-certs', 'check-release']
    const common = wechat.filter((name) => !ofWechat.includes(name))
    expect(bundles('functions-alipay')).toEqual([...common, 'notify-alipay'].sort())
  })
})

describe('the example app', () => {
  it('is synthesized with the oldest Node.js that is here, over the functions that our own stack deploys', async () => {
    const nodes = await nodesFrom('20.12')
    const [oldest = ''] = [...nodes.keys()].sort((one, other) =>
      one.localeCompare(other, 'en', { numeric: true }),
    )
    const { template, assets } = await synthesizeExample(construct, nodes.get(oldest)!)
    const types = Object.values(template.Resources).map(({ Type }) => Type)
    const count = (type: string) => types.filter((each) => each === type).length
    // Two of the construct and what the shop has itself.
    expect(count('AWS::DynamoDB::Table')).toBe(4)
    expect(count('AWS::KMS::Key')).toBe(1)
    expect(count('AWS::SNS::Topic')).toBe(2)
    expect(types.length).toBeLessThan(500)
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(['PayApiUrl', 'OutletApiUrl']))
    const given = new Map(Object.keys(template.Outputs).map((name) => [name, name]))
    const outlet = describeOutputs('shop:Outlet', { region: 'cn-north-1', outputs: given })
    expect(outlet.tables).toEqual({ orders: 'OutletOrdersTableName', facts: 'OutletFactsTableName' })
    expect(outlet.functionNames).toHaveLength(OPERATIONS.length)
    const deployed = readdirSync(await givenAssembly()).filter((name) => name.startsWith('asset.'))
    expect(Object.keys(assets)).toEqual(expect.arrayContaining(deployed))
    // Parts that some functions load when they first need them lie beside the rest.
    for (const files of Object.values(assets))
      expect(files.filter((file) => !PART_FILES.has(file))).toEqual(['index.js', 'package.json'])
  })

  it('takes Alipay alone, over functions that have nothing of WeChat Pay', async () => {
    const props = { alipay: { appId: '2021001161683774' } }
    const { template, assets } = await synthesizeAlone(construct, process.execPath, props)
    expect(JSON.stringify(template)).not.toMatch(/WXPAY_MCHID|PlatformKeys/)
    const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function')
    expect(functions).toHaveLength(operationsOf(['alipay']).length)
    expect(Object.keys(assets)).toHaveLength(functions.length)
  })
})
