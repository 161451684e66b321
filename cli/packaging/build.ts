/** Lays out the command line's own package: built JavaScript and no dependency. */
import { addConsolePage } from '#release/console-page.ts'
import { layOut } from '#release/lay-out.ts'
import { bundleProgram } from '#release/program-bundle.ts'
import { packageManifest } from './manifest.ts'

const PAGES: Readonly<Record<string, string>> = {
  'docs/cli.md': 'README.md',
  'docs/zh-CN/cli.md': 'README.zh-CN.md',
  'docs/runbook.md': 'docs/runbook.md',
  'docs/zh-CN/runbook.md': 'docs/zh-CN/runbook.md',
  'docs/glossary.md': 'docs/glossary.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const program = bundleProgram('cli/wxpay.ts', folder)
  const inputs = [...program, ...addConsolePage(folder)]
  layOut(folder, { manifest: packageManifest, pages: PAGES, inputs, command: 'wxpay' })
}
