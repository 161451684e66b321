/** `npm run contract`: writes OpenAPI, AsyncAPI, the schemas of events and the client's types. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { documents } from './documents.ts'

const ROOT = join(import.meta.dirname, '..')

const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
for (const [path, text] of Object.entries(documents(version))) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true })
  writeFileSync(join(ROOT, path), text)
}
