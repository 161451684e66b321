import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { isBuiltin } from 'node:module'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { givenStages } from '#test/support/given-assembly.ts'
import { givenBundles } from '#test/support/given-bundles.ts'
import { EXPECTED, PARTS, type Weight } from './weights.ts'
import { BUNDLE_NAMES, type BundleName, OPERATIONS, RELEASE_CHECK } from '#infra/operations/operations.ts'

const partsOf = (operation: BundleName) => Object.entries(PARTS[operation] ?? {})

/** Operations that are part of another one: the sweep closes orders the way close does. */
const BORROWED: Partial<Record<BundleName, readonly BundleName[]>> = { sweep: ['close'] }

const { directoryOf, metafile } = await givenBundles()
const INDEX = 'index.js'
const filesBeside = (operation: BundleName) => [INDEX, ...partsOf(operation).map(([file]) => file)]
/** All that is deployed for it. */
const codeOf = (operation: BundleName): string =>
  filesBeside(operation)
    .map((file) => readFileSync(join(directoryOf(operation), file), 'utf8'))
    .join('\n')
const outputOf = (operation: BundleName, file = INDEX) =>
  Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${operation}/${file}`))![1]

/** Input files of which at least one byte is in one of these. */
function filesIn(operation: BundleName, files = filesBeside(operation)): string[] {
  return files
    .flatMap((file) => Object.entries(outputOf(operation, file).inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
}

function packagesIn(operation: BundleName, file: string): string[] {
  const names = filesIn(operation, [file]).map(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1],
  )
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

const ownFilesIn = (operation: BundleName): string[] =>
  filesIn(operation).filter((path) => !path.includes('node_modules/'))

const SM_ENGINE = '#shared/crypto/sm/engine.ts'
/** Those that read keys. */
const asksForSm = (operation: BundleName): boolean =>
  filesBeside(operation).some((file) =>
    packagesIn(operation, file).includes('@aws-sdk/client-secrets-manager'),
  )

const weightsOf = (operation: BundleName): ReadonlyArray<readonly [string, Weight]> => [
  [INDEX, EXPECTED[operation]!],
  ...partsOf(operation),
]
const manifestOf = (
  operation: BundleName,
): { readonly type: string; readonly imports: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(join(directoryOf(operation), 'package.json'), 'utf8'))

describe('bundles', () => {
  it.each(BUNDLE_NAMES)('%s holds exactly the packages that are listed', (operation) => {
    for (const [file, { packages }] of weightsOf(operation))
      expect(packagesIn(operation, file)).toEqual([...packages].sort())
  })

  it.each(BUNDLE_NAMES)('%s weighs no more than it may, and no less than a real one', (operation) => {
    for (const [file, { maxBytes }] of weightsOf(operation)) {
      const { size } = statSync(join(directoryOf(operation), file))
      expect(size).toBeLessThanOrEqual(maxBytes)
      expect(size).toBeGreaterThan(maxBytes * 0.85)
    }
  })

  it.each(BUNDLE_NAMES)(
    '%s is CommonJS that Node can load wherever it lies, and names each part',
    (operation) => {
      const beside = [...partsOf(operation).map(([file]) => file), ...(asksForSm(operation) ? ['sm.js'] : [])]
      expect(readdirSync(directoryOf(operation)).sort()).toEqual([INDEX, 'package.json', ...beside].sort())
      const { type, imports } = manifestOf(operation)
      expect(type).toBe('commonjs')
      expect(Object.values(imports).sort()).toEqual(beside.map((file) => `./${file}`).sort())
    },
  )

  it.each(BUNDLE_NAMES)('%s needs nothing at run time but modules of Node', (operation) => {
    const outputs = filesBeside(operation).map((file) => outputOf(operation, file))
    const foreign = outputs
      .flatMap(({ imports }) => imports)
      .filter(({ path }) => !isBuiltin(path) && !path.startsWith('held:'))
    expect(new Set(foreign.map(({ path }) => path))).toEqual(
      new Set(Object.keys(manifestOf(operation).imports)),
    )
  })

  it.each(BUNDLE_NAMES)(
    '%s holds its own operation and no other that is not listed, nothing of the simulator, of tests or of infra',
    (operation) => {
      const operations = [operation, ...(BORROWED[operation] ?? [])].join('|')
      const allowed = new RegExp(`^(?:shared/|functions/(?:${operations})/)`)
      expect(ownFilesIn(operation).filter((path) => !allowed.test(path))).toEqual([])
      expect(ownFilesIn(operation)).toContain(`functions/${operation}/handler.ts`)
      expect(ownFilesIn(operation).filter((path) => path.includes('/memory-'))).toEqual([])
    },
  )

  it.each(BUNDLE_NAMES)('%s names no path of the machine that made it', (operation) => {
    expect(codeOf(operation)).not.toContain(dirname(directoryOf(operation)))
    expect(codeOf(operation)).not.toContain(process.cwd())
  })

  it('are the same bytes when they are made again, for the stack', async () => {
    const stages = await givenStages()
    const assets = readdirSync(stages).filter((name) => name.startsWith('asset.'))
    const made = new Set(assets.map((name) => contentOf(join(stages, name))))
    const others = OPERATIONS.filter((operation) => !made.has(contentOf(directoryOf(operation))))
    expect(others).toEqual([])
  })
})

/** Of all files in a folder: their names and bytes. */
function contentOf(folder: string): string {
  if (!statSync(folder).isDirectory()) return ''
  const files = readdirSync(folder).sort()
  return files.map((file) => `${file} ${hash('sha256', readFileSync(join(folder, file)))}`).join()
}

describe('the arithmetic of SM2, SM3 and SM4', () => {
  it('is in no bundle, but beside those that read keys', () => {
    for (const operation of BUNDLE_NAMES) {
      for (const file of filesBeside(operation))
        expect(packagesIn(operation, file).filter((name) => /sm-crypto|noble/.test(name))).toEqual([])
      // Constants of its curve and of its S-box, as text or as numbers.
      expect(codeOf(operation)).not.toMatch(/28e9fa9e|0x28E9FA9E|7203df6b|d690e9fe/i)
    }
    expect(BUNDLE_NAMES.filter(asksForSm)).toEqual(BUNDLE_NAMES.filter((name) => !SM_FREE.includes(name)))
    expect(readFileSync(join(directoryOf('notify'), 'sm.js'), 'utf8')).toMatch(/7203df6b/i)
  })

  it('is not read when a function is loaded, and can be read from where the function stands', () => {
    const script = `
      require('./index.js')
      const read = () => Object.keys(require.cache).filter((path) => path.endsWith('sm.js')).length
      const before = read()
      import('${SM_ENGINE}').then(({ sm4Key }) =>
        console.log(JSON.stringify([before, read(), sm4Key(Buffer.from('abc')).toString('hex')])))`
    const told = execFileSync(process.execPath, ['-e', script], {
      cwd: directoryOf('notify'),
      encoding: 'utf8',
      env: { ...process.env, AWS_REGION: 'eu-west-1' },
    })
    expect(JSON.parse(told)).toEqual([0, 1, '66c7f0f462eeedd9d1f2d46bdc10e4e2'])
  })
})

const SM_FREE: readonly BundleName[] = ['list', 'hold', 'settle', 'check-release']

describe('what a function cannot do, its bundle does not hold', () => {
  it('no function of a stage with WeChat Pay alone has anything of Alipay', () => {
    for (const operation of BUNDLE_NAMES) {
      expect(ownFilesIn(operation).filter((path) => /alipay/.test(path))).toEqual([])
      expect(codeOf(operation)).not.toMatch(/alipay\.trade|ALIPAY_/)
    }
  })

  it('no function looks for credentials anywhere but in its environment', () => {
    for (const operation of OPERATIONS) {
      expect(ownFilesIn(operation)).toContain('shared/aws/lean/environment-credentials.ts')
      expect(codeOf(operation)).not.toMatch(/GetRoleCredentials|AWS_CONTAINER_CREDENTIALS|credential_process/)
    }
  })

  it('no function reads its configuration from files, or asks a metadata service for its region', () => {
    for (const operation of OPERATIONS) {
      expect(codeOf(operation)).not.toMatch(/AWS_SHARED_CREDENTIALS_FILE|latest\/meta-data|node:fs\/promises/)
    }
  })

  it('no function reads an answer of the API, and none has the forms of them', () => {
    const forms = OPERATIONS.flatMap(ownFilesIn).filter((path) => /shared\/api\/\S+-schema\.ts$/.test(path))
    expect(forms).toEqual([])
  })

  const clientCode = [
    'shared/wechat/call/client.ts',
    'shared/http/http-transport.ts',
    'shared/wechat/v3/wechat-pay-client.ts',
  ]

  it('notify and settle have no client of WeChat and cannot sign a request', () => {
    for (const operation of ['notify', 'settle'] as const) {
      expect(ownFilesIn(operation)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(clientCode.join('|'))]),
      )
      expect(codeOf(operation)).not.toContain('mchid="')
    }
    expect(ownFilesIn('prepay')).toEqual(expect.arrayContaining(clientCode))
    expect(codeOf('prepay')).toContain('mchid="')
  })

  it('the check before a release knows neither stores nor secrets, and verifies with the code of notify', () => {
    const own = ownFilesIn(RELEASE_CHECK)
    expect(own).toEqual(
      expect.arrayContaining(['shared/wechat/trust/signature.ts', 'shared/wechat/v3/notification.ts']),
    )
    expect(own.filter((path) => /dynamo|secret-(?:source|reader)|platform-keys-secret/.test(path))).toEqual(
      [],
    )
  })

  it('only prepay makes pay parameters', () => {
    expect(OPERATIONS.filter((operation) => codeOf(operation).includes('paySign'))).toEqual(['prepay'])
  })

  it('notify does not know orders', () => {
    expect(ownFilesIn('notify').filter((path) => path.startsWith('shared/orders/'))).toEqual([])
  })

  it('settle neither verifies nor decrypts', () => {
    const found = ownFilesIn('settle').filter((path) => /^shared\/(?:wechat|crypto)\//.test(path))
    // A hash over what stands beside the books of an order.
    expect(found).toEqual(['shared/crypto/canonical-hash.ts'])
  })
})
