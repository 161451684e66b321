'use strict'
// Runs before every npm script on whatever Node the script got; plain CommonJS so that even an old Node can say why it stops.
// The promise stands in package.json alone: `engines.node`, ranges like `>=22.18 <23 || >=24`.
const { readFileSync } = require('fs')
const path = require('path')

const { engines } = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'))

const found = process.versions.node
const fits = engines.node.split('||').some((range) => range.trim().split(/\s+/).every(holds))
if (!fits) {
  process.stderr.write(
    `This project needs Node.js ${engines.node.replaceAll('||', 'or')} and found ${found}: install Node.js 24 (https://nodejs.org), or run on Linux x64, where npm ci brings Node.js 24 along.\n`,
  )
  process.exit(1)
}

function holds(comparator) {
  const [, sign, ...wanted] = /^(>=|<)(\d+)(?:\.(\d+))?$/.exec(comparator) ?? []
  if (sign === undefined)
    throw new Error(`engines.node in package.json: "${comparator}" is neither >=x.y nor <x.y`)
  const [major, minor] = found.split('.').map(Number)
  const [wantedMajor, wantedMinor] = wanted.map((part) => Number(part ?? 0))
  const older = major < wantedMajor || (major === wantedMajor && minor < wantedMinor)
  return (sign === '<') === older
}
