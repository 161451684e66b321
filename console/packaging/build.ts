/** `npm run build:console`: writes the page to console/dist and says what it weighs. */
import { gzipSync } from 'node:zlib'
import { buildPage, PAGE_FOLDER } from './build-page.ts'

const files = await buildPage()
for (const { name, content } of files)
  console.log(`${name.padEnd(12)} ${content.length} bytes, ${gzipSync(content).length} gzip`)
console.log(PAGE_FOLDER)
