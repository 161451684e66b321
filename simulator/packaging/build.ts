/** Lays out the simulator's own package: built JavaScript, since Node takes no TypeScript from node_modules, and no dependency. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { COMMAND } from './command.ts'
import { packageManifest } from './manifest.ts'
import type { ProjectManifest } from './manifest.ts'
import { thirdPartyNotices } from './third-party.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What node-forge asks for by `require`. */
const REQUIRE = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`

/** Files of the repository, and where they lie in the package. */
const COPIES: Readonly<Record<string, string>> = {
  LICENSE: 'LICENSE',
  'docs/simulator.md': 'docs/simulator.md',
  'docs/zh-CN/simulator.md': 'docs/zh-CN/simulator.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['simulator/main.ts'],
    outfile: join(resolve(folder), 'dist/main.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  })
  for (const [from, to] of Object.entries(COPIES)) {
    mkdirSync(dirname(join(folder, to)), { recursive: true })
    cpSync(join(ROOT, from), join(folder, to))
  }
  for (const name of ['README.md', 'README.zh-CN.md']) {
    const text = readFileSync(join(ROOT, 'simulator', name), 'utf8')
    writeFileSync(join(folder, name), text.replaceAll('](../docs/', '](docs/'))
  }
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/wechatpay-simulator.cjs'), COMMAND)
  const project: ProjectManifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(project), null, 2)}\n`)
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), thirdPartyNotices(ROOT, Object.keys(metafile.inputs)))
}
