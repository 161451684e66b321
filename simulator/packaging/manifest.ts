/** The package.json of the simulator's own package: nothing to install with it, one command. */
import { ENGINES } from '#release/command-file.ts'
import { publishedFields } from '#release/project.ts'
import type { ProjectManifest } from '#release/project.ts'

/** Says what a registry and npm need to know. */
export function packageManifest(project: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-simulator',
    description:
      'WeChat Pay APIv3 on your machine, for any SDK in any language: a sandbox that says why a signature is wrong',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'apiv3', 'sandbox', 'simulator', 'mock'],
    ...publishedFields(project, 'simulator'),
    type: 'module',
    bin: { 'wechatpay-simulator': 'bin/wechatpay-simulator.cjs' },
    exports: { './package.json': './package.json' },
    engines: ENGINES,
    files: ['bin', 'dist', 'docs', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
  }
}
