#!/usr/bin/env node
'use strict'
// Plain CommonJS, so that even an old Node can say why it stops.
require('#local/require-node.cjs')
if (process.features.typescript) {
  void import('./wxpay.ts')
} else {
  // Node 22.12 to 22.17 read TypeScript only when asked to.
  const { spawnSync } = require('node:child_process')
  const path = require('node:path')
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  const args = [...flags, path.join(__dirname, 'wxpay.ts'), ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  process.exitCode = status === null ? 1 : status
}
