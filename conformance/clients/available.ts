/** The clients of the suite, and how each is brought here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { axiosPlugin, NAME as AXIOS_PLUGIN } from './axios-plugin.ts'
import { betterWechatpay, NAME as BETTER } from './better-wechatpay.ts'
import type { BetterWechatpay } from './better-wechatpay.ts'
import type { Client } from './client.ts'
import { NAME as GO, openGo } from './go-client.ts'
import { FOLDER, install, packageOf } from './install.ts'
import { NAME as JAVA, openJava } from './java-client.ts'
import { nodeV3, NAME as NODE_V3 } from './node-v3.ts'

export interface Candidate {
  readonly name: string
  /** The client, or in one line why it cannot be had. */
  readonly open: () => Promise<Client | string> | Client | string
}

/** @param checkouts folders by name, for clients that no registry has. */
export function available(checkouts: ReadonlyMap<string, string>, scratch: string): readonly Candidate[] {
  return [
    { name: AXIOS_PLUGIN, open: () => install(AXIOS_PLUGIN, '0.9.6') ?? axiosPlugin('0.9.6') },
    { name: NODE_V3, open: () => install(NODE_V3, '2.2.1') ?? nodeV3('2.2.1') },
    { name: BETTER, open: () => openBetter(checkouts.get(BETTER), scratch) },
    { name: JAVA, open: () => openJava(scratch) },
    { name: GO, open: () => openGo(checkouts.get(GO), scratch) },
  ]
}

async function openBetter(checkout: string | undefined, scratch: string): Promise<Client | string> {
  if (checkout === undefined)
    return install(BETTER, '1.1.0') ?? betterWechatpay('1.1.0', packageOf(BETTER).default)
  const { version, dependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  for (const [name, range] of Object.entries(dependencies)) {
    const missing = install(name, range)
    if (missing !== undefined) return `${name}: ${missing}`
  }
  const outfile = join(scratch, 'better-wechatpay.mjs')
  const banner = {
    js: `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`,
  }
  await build({
    entryPoints: [join(checkout, 'src/index.ts')],
    nodePaths: [join(FOLDER, 'node_modules')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    // It prints each refusal, those included that are asked for here.
    drop: ['console'],
    banner,
    outfile,
    logLevel: 'silent',
  })
  const { default: WeChatPay } = (await import(outfile)) as { default: BetterWechatpay }
  return betterWechatpay(`${version} (checkout)`, WeChatPay)
}
