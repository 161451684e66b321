/** The package.json of the construct: it brings nothing, and uses the CDK of the app that it is in. */
import { ENGINES } from '#release/command-file.ts'
import { publishedFields } from '#release/project.ts'
import type { ProjectManifest } from '#release/project.ts'

/** The same templates come from it; `npm run check:packages` tries it. */
export const OLDEST_CDK = '2.240.0'

export function packageManifest(project: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-lambda-cdk',
    description: 'WeChat Pay payments, callbacks and refunds as a construct of AWS CDK, functions included',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'aws', 'aws-cdk', 'cdk', 'lambda'],
    ...publishedFields(project, 'infra'),
    type: 'commonjs',
    engines: ENGINES,
    // One copy for the whole app: constructs of two do not fit together.
    peerDependencies: { 'aws-cdk-lib': `^${OLDEST_CDK}`, constructs: '^10.5.0' },
    files: ['dist', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
  }
}
