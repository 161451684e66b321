/** The package.json of the client: nothing to install with it, for `import` and `require`. */

export interface ProjectManifest {
  readonly version: string
  readonly license: string
  /** Of a checkout that says where it is published. */
  readonly repository?: unknown
}

export function packageManifest({
  version,
  license,
  repository,
}: ProjectManifest): Readonly<Record<string, unknown>> {
  return {
    name: 'wechatpay-lambda-client',
    version,
    description: 'Typed client of wechatpay-lambda: WeChat Pay payments, refunds and their events',
    keywords: ['wechatpay', 'wechat-pay', 'weixin', '微信支付', 'aws', 'lambda'],
    license,
    ...(repository === undefined ? {} : { repository }),
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.3' },
    files: ['dist', 'docs', 'README.zh-CN.md', 'THIRD-PARTY.txt'],
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
