/** The package.json of the simulator's own package: nothing to install with it, one command. */
import { NODE_MAJOR } from './command.ts'

export interface ProjectManifest {
  readonly version: string
  readonly license: string
}

/** Says what a registry and npm need to know. */
export function packageManifest({ version, license }: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-simulator',
    version,
    description:
      'WeChat Pay APIv3 on your machine, for any SDK in any language: a sandbox that says why a signature is wrong',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'apiv3', 'sandbox', 'simulator', 'mock'],
    license,
    type: 'module',
    bin: { 'wechatpay-simulator': 'bin/wechatpay-simulator.cjs' },
    engines: { node: `>=${NODE_MAJOR}` },
    files: ['bin', 'dist', 'docs', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
  }
}
