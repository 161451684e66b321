/** The file behind the command of a package: plain CommonJS, so that even an old Node can say why it stops. */

/** The oldest Node.js that the packages with a command run on: it has `parseEnv` of `node:util`. */
export const OLDEST = { major: 20, minor: 12 }

/** Starts `dist/main.mjs`. */
export function commandFile(name: string): string {
  const { major, minor } = OLDEST
  return `#!/usr/bin/env node
'use strict'
var found = process.versions.node.split('.').map(Number)
if (found[0] < ${major} || (found[0] === ${major} && found[1] < ${minor})) {
  process.stderr.write('${name} needs Node.js ${major}.${minor} or newer and found ' + process.versions.node + '\\n')
  process.exit(1)
}
var enableCompileCache = require('module').enableCompileCache
if (enableCompileCache !== undefined) enableCompileCache()
void import('../dist/main.mjs')
`
}

/** For package.json. */
export const ENGINES = { node: `>=${OLDEST.major}.${OLDEST.minor}` }
