/** The package.json of the command line's own package: nothing to install with it, one command. */
import { ENGINES } from '#release/command-file.ts'
import { publishedFields } from '#release/project.ts'
import type { ProjectManifest } from '#release/project.ts'

/** Says what a registry and npm need to know. */
export function packageManifest(project: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-lambda-cli',
    description: 'wxpay, the command line for operators of wechatpay-lambda: health, holds, refunds, keys',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'apiv3', 'aws', 'lambda', 'cli'],
    ...publishedFields(project, 'cli'),
    type: 'module',
    bin: { wxpay: 'bin/wxpay.cjs' },
    exports: { './package.json': './package.json' },
    engines: ENGINES,
    files: ['bin', 'dist', 'docs', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
  }
}
