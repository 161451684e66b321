/** The console's page, built and laid beside the program that serves it. */
import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './project.ts'

/** Packages that went into it, as esbuild names files. */
const INPUTS = ['preact', 'qr'].map((name) => `node_modules/${name}/package.json`)

/** @returns files of what it was built from, for the notices. */
export function addConsolePage(folder: string): readonly string[] {
  execFileSync(process.execPath, [join(ROOT, 'console/packaging/build.ts')], { stdio: 'ignore' })
  cpSync(join(ROOT, 'console/dist'), join(folder, 'dist/console'), { recursive: true })
  return INPUTS
}
