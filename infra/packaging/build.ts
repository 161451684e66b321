/** Lays out the construct's own package: built JavaScript, its declarations, and the functions, bundled as the stack bundles them. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { bundleFolder, CHANNEL_SETS, type ChannelName } from '#infra/channels/channels.ts'
import { bundleOperations, SM_FILE } from '#infra/bundle.ts'
import { layOut } from '#release/lay-out.ts'
import { ROOT } from '#release/project.ts'
import { packageManifest } from './manifest.ts'

/** Modules of `infra/library` that users see, and what of each is exported as a value. Their types speak of CDK and of each other. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  'wechat-pay': ['WechatPay'],
  acknowledgements: ['acknowledgeFindings'],
  'wechat-pay-props': [],
  'channel-props': [],
  'grouped-props': [],
}
const TYPES: Readonly<Record<string, readonly string[]>> = {
  'wechat-pay': ['WechatPayTables'],
  'channel-props': ['WechatPaySecrets'],
  'wechat-pay-props': ['FunctionBundles', 'MerchantFunction', 'WechatPayProps'],
  'grouped-props': ['DomainProps', 'MerchantAuthorization', 'RefundRules', 'ThresholdProps', 'ThrottleProps'],
}

const PAGES: Readonly<Record<string, string>> = {
  'docs/construct.md': 'README.md',
  'docs/zh-CN/construct.md': 'README.zh-CN.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const dist = join(folder, 'dist')
  mkdirSync(dist, { recursive: true })
  const functions = CHANNEL_SETS.flatMap((channels) => bundleFunctions(dist, channels))
  const inputs = [...new Set([...functions, ...bundleLibrary(dist)])]
  writeTypes(dist)
  layOut(folder, { manifest: packageManifest, pages: PAGES, inputs })
}

/** @returns the files that are in them. */
function bundleFunctions(dist: string, channels: readonly ChannelName[]): readonly string[] {
  const folder = join(dist, bundleFolder(channels))
  const { metafile } = bundleOperations(folder, channels)
  // It lies beside each function that may ask for it.
  rmSync(join(folder, SM_FILE))
  return Object.keys(metafile.inputs)
}

/** @returns the files that are in it. CommonJS alone, as CDK itself: `import` takes it as well, and there is one copy of it. */
function bundleLibrary(dist: string): readonly string[] {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    stdin: { contents: exportLines('export', MODULES, 'ts'), resolveDir: join(ROOT, 'infra/library') },
    outfile: join(dist, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'],
    define: { 'import.meta.dirname': '__dirname' },
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  })
  return Object.keys(metafile.inputs)
}

function writeTypes(dist: string): void {
  const made = mkdtempSync(join(tmpdir(), 'wechatpay-construct-types-'))
  try {
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    execFileSync(tsc, ['-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', made], {
      stdio: 'inherit',
    })
    for (const name of Object.keys(MODULES)) {
      const text = readFileSync(join(made, 'infra/library', `${name}.d.ts`), 'utf8')
      writeFileSync(join(dist, `${name}.d.ts`), text.replaceAll(/(from '\.[^']*)\.ts'/g, `$1.js'`))
    }
    const lines = `${exportLines('export', MODULES, 'js')}\n${exportLines('export type', TYPES, 'js')}\n`
    writeFileSync(join(dist, 'index.d.ts'), lines)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function exportLines(
  keyword: 'export' | 'export type',
  modules: Readonly<Record<string, readonly string[]>>,
  extension: 'ts' | 'js',
): string {
  return Object.entries(modules)
    .filter(([, names]) => names.length > 0)
    .map(([file, names]) => `${keyword} { ${names.join(', ')} } from './${file}.${extension}'`)
    .join('\n')
}
