'use strict'
// Runs before every npm script on whatever Node the script got; plain CommonJS so that even an old Node can say why it stops.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `This project needs Node.js 22.12 or newer and found ${process.versions.node}: install Node.js 24 (https://nodejs.org), or run on Linux x64, where npm ci brings Node.js 24 along.\n`,
  )
  process.exit(1)
}
