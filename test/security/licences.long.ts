/** What is shipped inside of the bundles: its licences, and that a bill of materials can be made of it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { bundled } from './bundled.ts'

/** Licences that allow shipping in compiled form within a work under Apache-2.0. */
const ALLOWED = ['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause']
const ROOT = join(import.meta.dirname, '..', '..')

/** The directories of all packages of which anything is in a bundle. */
async function shipped(): Promise<readonly string[]> {
  const contents = await bundled()
  const files = OPERATIONS.flatMap((operation) => contents.get(operation)!.files)
  const roots = files.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
  return [...new Set(roots.filter((root) => root !== undefined))].sort()
}

const manifest = (directory: string) =>
  JSON.parse(readFileSync(join(ROOT, directory, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }

describe('what the bundles ship', () => {
  it('is under licences that allow it', async () => {
    const directories = await shipped()
    const licences = directories.map((directory) => [manifest(directory).name, manifest(directory).license])
    expect(licences.length).toBeGreaterThan(10)
    expect(licences.filter(([, licence]) => !ALLOWED.includes(String(licence)))).toEqual([])
  })

  it('is all named in the bill of materials, with its version', async () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: { sbom: string }
    }
    const [command = '', ...args] = scripts.sbom.split(' ')
    const text = execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    const bill = JSON.parse(text) as { bomFormat: string; components: { purl: string }[] }
    expect(bill.bomFormat).toBe('CycloneDX')
    const listed = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl).split('?')[0]))
    const ours = (await shipped()).map(
      (directory) => `pkg:npm/${manifest(directory).name}@${manifest(directory).version}`,
    )
    expect(ours.filter((purl) => !listed.has(purl))).toEqual([])
  })
})
