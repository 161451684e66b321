/** What a bundle leaves out of valibot: what each schema is to other libraries (Standard Schema), half of its making; nobody asks for it. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

const STANDARD = /(function _standardSchema\(schema\) \{)[\s\S]*?(\n\treturn schema;\n\})/

/** @throws Error when valibot is written in another way than this was written for. */
export function leanValibot(source: string): string {
  if (!STANDARD.test(source)) throw new Error('valibot is not as infra/lean-valibot.ts knows it')
  return source.replace(STANDARD, '$1$2')
}

export const leanForms: Plugin = {
  name: 'lean-valibot',
  setup(build) {
    build.onLoad({ filter: /valibot\/dist\/index\.mjs$/, namespace: 'file' }, ({ path }) => ({
      contents: leanValibot(readFileSync(path, 'utf8')),
    }))
  },
}
