/** Writes what every package has beside its code: package.json, licences, pages, and the file of its command. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandFile } from './command-file.ts'
import { packagedPage } from './packaged-page.ts'
import { projectManifest, ROOT, webAddress } from './project.ts'
import type { ProjectManifest } from './project.ts'
import { thirdPartyNotices } from './third-party.ts'

export interface Parts {
  readonly manifest: (project: ProjectManifest) => Readonly<Record<string, unknown>>
  /** Pages of the repository, and where each lies in the package. */
  readonly pages: Readonly<Record<string, string>>
  /** The files that went into its code. */
  readonly inputs: readonly string[]
  /** The name of its command, when it has one. */
  readonly command?: string
}

export function layOut(folder: string, { manifest, pages, inputs, command }: Parts): void {
  const project = projectManifest()
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const placed = { pages, web: webAddress(project) }
  for (const [from, to] of Object.entries(pages))
    write(to, packagedPage(readFileSync(join(ROOT, from), 'utf8'), from, placed))
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  write('package.json', `${JSON.stringify(manifest(project), null, 2)}\n`)
  write('THIRD-PARTY.txt', thirdPartyNotices(ROOT, inputs))
  if (command !== undefined) write(`bin/${command}.cjs`, commandFile(command))
}
