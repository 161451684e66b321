import { execFileSync } from 'node:child_process'
import { isBuiltin } from 'node:module'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleOperations } from '#infra/bundle.ts'
import { BUNDLE_NAMES, type BundleName, OPERATIONS, RELEASE_CHECK } from '#infra/operations/operations.ts'

/** What every use of an AWS client brings along. */
const AWS_CORE = [
  '@aws-sdk/core',
  '@aws/lambda-invoke-store',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
]
const DYNAMODB = ['@aws-sdk/client-dynamodb', '@aws-sdk/dynamodb-codec']
const SQS = ['@aws-sdk/client-sqs', '@aws-sdk/middleware-sdk-sqs']
const SNS = ['@aws-sdk/client-sns', '@aws-sdk/xml-builder']
const SECRETS = ['@aws-sdk/client-secrets-manager']
const S3 = [
  '@aws-sdk/checksums',
  '@aws-sdk/client-s3',
  '@aws-sdk/middleware-sdk-s3',
  '@aws-sdk/signature-v4-multi-region',
]
/** The frame of HTTP is our own. */
const HTTP = ['valibot']
const FRAME = ['@middy/core', 'valibot']

/** Every package in a bundle, and the most bytes that it may weigh. A new package is a decision, not a detail. */
const EXPECTED: Readonly<
  Record<string, { readonly packages: readonly string[]; readonly maxBytes: number }>
> = {
  prepay: { packages: [...AWS_CORE, ...DYNAMODB, ...SECRETS, ...HTTP], maxBytes: 307_000 },
  query: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP], maxBytes: 317_000 },
  list: { packages: [...AWS_CORE, ...DYNAMODB, ...HTTP], maxBytes: 251_000 },
  hold: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...HTTP], maxBytes: 268_000 },
  close: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP], maxBytes: 321_000 },
  refund: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP], maxBytes: 331_000 },
  notify: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP], maxBytes: 247_000 },
  'notify-v2': {
    packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP, 'saxes', 'xmlchars'],
    maxBytes: 290_000,
  },
  settle: { packages: [...AWS_CORE, ...DYNAMODB, ...SNS, ...FRAME], maxBytes: 290_000 },
  'rotate-certs': { packages: [...AWS_CORE, ...SECRETS, ...FRAME], maxBytes: 211_000 },
  sweep: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...FRAME], maxBytes: 324_000 },
  reconcile: {
    packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SNS, ...S3, ...SECRETS, ...FRAME],
    maxBytes: 468_000,
  },
  'check-release': {
    packages: ['@smithy/core', '@smithy/signature-v4', 'valibot'],
    maxBytes: 53_000,
  },
}

/** Operations that are part of another one: the sweep closes orders the way close does. */
const BORROWED: Partial<Record<BundleName, readonly BundleName[]>> = { sweep: ['close'] }

const outdir = mkdtempSync(join(tmpdir(), 'wxpay-bundles-test-'))
const { directoryOf, metafile } = bundleOperations(outdir)
const codeOf = (operation: BundleName): string =>
  readFileSync(join(directoryOf(operation), 'index.js'), 'utf8')

/** Input files of which at least one byte is in the bundle. */
function filesIn(operation: BundleName): string[] {
  const [, output] = Object.entries(metafile.outputs).find(([path]) =>
    path.endsWith(`/${operation}/index.js`),
  )!
  return Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
}

function packagesIn(operation: BundleName): string[] {
  const names = filesIn(operation).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

const ownFilesIn = (operation: BundleName): string[] =>
  filesIn(operation).filter((path) => !path.includes('node_modules/'))

const SM_ENGINE = '#shared/crypto/sm/engine.ts'
/** Those that read keys. */
const asksForSm = (operation: BundleName): boolean =>
  packagesIn(operation).includes('@aws-sdk/client-secrets-manager')

afterAll(() => rmSync(outdir, { recursive: true, force: true }))

describe('bundles', () => {
  it.each(BUNDLE_NAMES)('%s holds exactly the packages that are listed', (operation) => {
    expect(packagesIn(operation)).toEqual([...EXPECTED[operation]!.packages].sort())
  })

  it.each(BUNDLE_NAMES)('%s weighs no more than it may, and no less than a real one', (operation) => {
    const { size } = statSync(join(directoryOf(operation), 'index.js'))
    expect(size).toBeLessThanOrEqual(EXPECTED[operation]!.maxBytes)
    expect(size).toBeGreaterThan(EXPECTED[operation]!.maxBytes * 0.85)
  })

  it.each(BUNDLE_NAMES)('%s is one CommonJS file that Node can load wherever it lies', (operation) => {
    const engine = asksForSm(operation) ? ['sm.js'] : []
    expect(readdirSync(directoryOf(operation)).sort()).toEqual(['index.js', 'package.json', ...engine])
    expect(JSON.parse(readFileSync(join(directoryOf(operation), 'package.json'), 'utf8'))).toEqual({
      type: 'commonjs',
      ...(asksForSm(operation) ? { imports: { [SM_ENGINE]: './sm.js' } } : {}),
    })
  })

  it.each(BUNDLE_NAMES)('%s needs nothing at run time but modules of Node', (operation) => {
    const [, output] = Object.entries(metafile.outputs).find(([path]) =>
      path.endsWith(`/${operation}/index.js`),
    )!
    const foreign = output.imports.filter(({ path }) => !isBuiltin(path)).map(({ path }) => path)
    expect(foreign).toEqual(asksForSm(operation) ? [SM_ENGINE] : [])
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
    expect(codeOf(operation)).not.toContain(outdir)
    expect(codeOf(operation)).not.toContain(process.cwd())
  })

  it('are the same bytes when they are made again', () => {
    const again = mkdtempSync(join(tmpdir(), 'wxpay-bundles-test-'))
    try {
      const second = bundleOperations(again)
      for (const operation of BUNDLE_NAMES) {
        expect(readFileSync(join(second.directoryOf(operation), 'index.js'), 'utf8')).toBe(codeOf(operation))
      }
    } finally {
      rmSync(again, { recursive: true, force: true })
    }
  })
})

describe('the arithmetic of SM2, SM3 and SM4', () => {
  it('is in no bundle, but beside those that read keys', () => {
    for (const operation of BUNDLE_NAMES) {
      expect(packagesIn(operation).filter((name) => /sm-crypto|noble/.test(name))).toEqual([])
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
