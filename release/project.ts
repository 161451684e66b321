/** What the package.json of the project says of every package that is made of it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '..')

export interface ProjectManifest {
  readonly version: string
  readonly license: string
  /** Of a checkout that says where it is published. */
  readonly repository?: { readonly type: string; readonly url: string }
}

export function projectManifest(): ProjectManifest {
  const manifest: ProjectManifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return manifest
}

/** The repository as a browser opens it. */
export function webAddress({ repository }: ProjectManifest): string | undefined {
  return repository?.url.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** @param directory of the repository that holds its source. */
export function publishedFields(
  project: ProjectManifest,
  directory: string,
): Readonly<Record<string, unknown>> {
  const { version, license, repository } = project
  const web = webAddress(project)
  if (web === undefined) return { version, license }
  return {
    version,
    license,
    repository: { ...repository, directory },
    homepage: `${web}/tree/main/${directory}#readme`,
    bugs: `${web}/issues`,
  }
}
