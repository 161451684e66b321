/** The file behind the package's command: plain CommonJS, so that even an old Node can say why it stops. */

export const NODE_MAJOR = 20

export const COMMAND = `#!/usr/bin/env node
'use strict'
if (Number(process.versions.node.split('.')[0]) < ${NODE_MAJOR}) {
  process.stderr.write('wechatpay-simulator needs Node.js ${NODE_MAJOR} or newer and found ' + process.versions.node + '\\n')
  process.exit(1)
}
var enableCompileCache = require('module').enableCompileCache
if (enableCompileCache !== undefined) enableCompileCache()
void import('../dist/main.mjs')
`
