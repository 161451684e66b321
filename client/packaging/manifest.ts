/** The package.json of the client: nothing to install with it, for `import` and `require`. */

import { publishedFields } from '#release/project.ts'
import type { ProjectManifest } from '#release/project.ts'

export function packageManifest(project: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-lambda-client',
    description: 'Typed client of wechatpay-lambda: WeChat Pay payments, refunds and their events',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'aws', 'lambda'],
    ...publishedFields(project, 'client'),
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.3' },
    files: ['dist', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
    main: './dist/index.cjs',
    types: './dist/index.d.ts',
    exports: {
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
      },
      './package.json': './package.json',
    },
  }
}
