/** Lays out the client's own package: built JavaScript for `import` and `require`, types for both, and no dependency. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { CONTRACT_MODULES, entrySource, entryTypes, MODULES } from './entry.ts'
import { packageManifest } from './manifest.ts'
import type { ProjectManifest } from './manifest.ts'
import { thirdPartyNotices } from '#simulator/packaging/third-party.ts'

const ROOT = join(import.meta.dirname, '../..')
const COPIES: Readonly<Record<string, string>> = {
  LICENSE: 'LICENSE',
  'docs/client.md': 'README.md',
  'docs/zh-CN/client.md': 'README.zh-CN.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const inputs = [bundle(folder, 'esm', 'index.js'), bundle(folder, 'cjs', 'index.cjs')].flat()
  writeTypes(folder)
  for (const [from, to] of Object.entries(COPIES)) cpSync(join(ROOT, from), join(folder, to))
  const project: ProjectManifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageManifest(project), null, 2)}\n`)
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), thirdPartyNotices(ROOT, inputs))
}

/** @returns the files that are in it. */
function bundle(folder: string, format: 'esm' | 'cjs', file: string): readonly string[] {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    stdin: { contents: entrySource, resolveDir: join(ROOT, 'client'), loader: 'ts' },
    outfile: join(folder, 'dist', file),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  })
  const [output] = Object.values(metafile.outputs)
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
}

/** The declarations of each module, once for `import` and once for `require`. */
function writeTypes(folder: string): void {
  const made = mkdtempSync(join(tmpdir(), 'wechatpay-client-types-'))
  try {
    const only = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--outDir', made]
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'client/packaging/tsconfig.json', ...only], {
      cwd: ROOT,
      stdio: 'inherit',
    })
    for (const name of [...MODULES, ...CONTRACT_MODULES]) {
      const text = readFileSync(join(made, 'client', `${name}.d.ts`), 'utf8')
      for (const end of ['js', 'cjs'] as const) {
        const target = join(folder, 'dist', `${name}.d.${end === 'js' ? 'ts' : 'cts'}`)
        mkdirSync(dirname(target), { recursive: true })
        writeFileSync(target, text.replaceAll(/(from '\.[^']*)\.ts'/g, `$1.${end}'`))
      }
    }
    writeFileSync(join(folder, 'dist/index.d.ts'), entryTypes('js'))
    writeFileSync(join(folder, 'dist/index.d.cts'), entryTypes('cjs'))
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
