/** Lays out the client's own package: built JavaScript for `import` and `require`, types for both, and no dependency. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { layOut } from '#release/lay-out.ts'
import { ROOT } from '#release/project.ts'
import { CONTRACT_MODULES, entrySource, entryTypes, MODULES } from './entry.ts'
import { packageManifest } from './manifest.ts'

const PAGES: Readonly<Record<string, string>> = {
  'docs/client.md': 'README.md',
  'docs/zh-CN/client.md': 'README.zh-CN.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const inputs = [bundle(folder, 'esm', 'index.js'), bundle(folder, 'cjs', 'index.cjs')].flat()
  writeTypes(folder)
  layOut(folder, { manifest: packageManifest, pages: PAGES, inputs })
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
    // Every Node.js 20 has them; written as a call they could not be left out where nobody uses them.
    supported: { 'regexp-unicode-property-escapes': true },
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
