/** Lays out the simulator's own package: built JavaScript and no dependency. */
import { addConsolePage } from '#release/console-page.ts'
import { layOut } from '#release/lay-out.ts'
import { bundleProgram } from '#release/program-bundle.ts'
import { packageManifest } from './manifest.ts'

const PAGES: Readonly<Record<string, string>> = {
  'simulator/README.md': 'README.md',
  'simulator/README.zh-CN.md': 'README.zh-CN.md',
  'docs/simulator.md': 'docs/simulator.md',
  'docs/zh-CN/simulator.md': 'docs/zh-CN/simulator.md',
}

/** Writes the package's folder. */
export function buildPackage(folder: string): void {
  const program = bundleProgram('simulator/main.ts', folder)
  const inputs = [...program, ...addConsolePage(folder)]
  layOut(folder, { manifest: packageManifest, pages: PAGES, inputs, command: 'wechatpay-simulator' })
}
