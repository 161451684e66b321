/** The example app outside of this repository: the construct as it is packed, beside the CDK of an app. */
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import { ROOT } from '#release/project.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'

export const NAME = 'wechatpay-lambda-cdk'
const EXAMPLE = join(ROOT, 'examples/cdk-app')

/** Puts it into the folder in which the package was installed, beside the CDK of some `node_modules`. */
export function placeExample({ folder }: InstalledPackage, modules = join(ROOT, 'node_modules')): void {
  const brought = ['aws-cdk-lib', 'constructs'].map((name) => [name, join(modules, name)] as const)
  for (const [name, from] of [...brought, ['@types', join(ROOT, 'node_modules/@types')] as const]) {
    const link = join(folder, 'node_modules', name)
    rmSync(link, { force: true })
    symlinkSync(from, link)
  }
  for (const file of ['app.ts', 'tsconfig.json']) copyFileSync(join(EXAMPLE, file), join(folder, file))
  // Older releases of Node.js run no TypeScript.
  const { code } = transformSync(readFileSync(join(EXAMPLE, 'app.ts'), 'utf8'), {
    loader: 'ts',
    format: 'cjs',
  })
  writeFileSync(join(folder, 'app.cjs'), code)
}

/** Against the types of the package, where `wrong-props.ts` says what does not compile. @returns what the compiler says */
export async function compileExample({ folder }: InstalledPackage): Promise<string> {
  copyFileSync(join(import.meta.dirname, 'wrong-props.ts'), join(folder, 'wrong-props.ts'))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const failed = (error: { readonly stdout: string }) => error
  const { stdout } = await promisify(execFile)(tsc, ['-p', 'tsconfig.json'], { cwd: folder }).catch(failed)
  return stdout
}

export interface Synthesized {
  readonly template: {
    readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>
    readonly Outputs: Readonly<Record<string, unknown>>
  }
  /** What is in the directory of each asset, by its name. */
  readonly assets: Readonly<Record<string, readonly string[]>>
}

/** With nothing but that Node.js at hand: neither a bundler on the PATH nor a network. */
export function synthesizeExample(installed: InstalledPackage, binary: string): Promise<Synthesized> {
  return synthesized(installed, binary, 'app.cjs')
}

/** The same of an app that holds the construct alone, with these props. */
export function synthesizeAlone(
  installed: InstalledPackage,
  binary: string,
  props: object,
): Promise<Synthesized> {
  const app = `const { App, Stack } = require('aws-cdk-lib')
const { WechatPay } = require('${NAME}')
const app = new App()
new WechatPay(new Stack(app, 'shop'), 'Pay', ${JSON.stringify(props)})
app.synth()
`
  writeFileSync(join(installed.folder, 'alone.cjs'), app)
  return synthesized(installed, binary, 'alone.cjs')
}

async function synthesized({ folder }: InstalledPackage, binary: string, app: string): Promise<Synthesized> {
  const out = mkdtempSync(join(folder, 'out-'))
  // CloudFormation's own rules take longer than all the rest; test/infra/nag.long.ts asks them.
  const env = { PATH: '', CDK_OUTDIR: out, CDK_VALIDATION: 'false', https_proxy: 'http://127.0.0.1:1' }
  await promisify(execFile)(binary, [app], { cwd: folder, env })
  const assets = readdirSync(out).filter((name) => name.startsWith('asset.'))
  return {
    template: JSON.parse(readFileSync(join(out, 'shop.template.json'), 'utf8')),
    assets: Object.fromEntries(assets.map((name) => [name, readdirSync(join(out, name)).sort()])),
  }
}
